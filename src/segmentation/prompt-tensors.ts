import type { Size, Viewport } from '../shared/geometry.js';
import type { ObjectPrompt } from '../shared/segmentation.js';
import { resampleToProbabilities } from './resample-mask.js';

/** What an ONNX tensor is made from: float32 values, row-major, and their shape. */
export type TensorData = { readonly data: Float32Array; readonly dims: readonly number[] };

/** The decoder's inputs that depend on prompts, by their names in the model. Coordinates are input pixels. N prompts, P points each. */
export type PromptTensors = {
  /** [N, P, 2] x, y */
  readonly points: TensorData;
  /** [N, P] 1 inside, 0 outside, -1 padding */
  readonly labels: TensorData;
  /** [N, 4] x0 y0 x1 y1 */
  readonly boxes: TensorData;
  /** [N] 0 or 1 */
  readonly has_box: TensorData;
  /** [N, 1, height / 8, width / 8] probability 0..1 */
  readonly mask_prompt: TensorData;
  /** [N] 0 or 1 */
  readonly has_mask: TensorData;
  /** [N, C] unit length, zeros = none */
  readonly target: TensorData;
  readonly distractor: TensorData;
};

/** Stride of the grid that mask prompts and appearance live on, input pixels. */
export const PROMPT_STRIDE = 8;

/** Point lists are padded to a multiple of this, so that few different shapes occur (each new one costs a GPU backend new shaders). */
const POINT_STEP = 4;

const PADDING_LABEL = -1;

/** @returns points per prompt in the tensors: a multiple of {@link POINT_STEP} with room for at least one padding point. */
function pointSlots(prompts: readonly ObjectPrompt[]): number {
  const most = Math.max(0, ...prompts.map((prompt) => prompt.points.length));
  return Math.ceil((most + 1) / POINT_STEP) * POINT_STEP;
}

function zeros(...dims: number[]): TensorData {
  return { data: new Float32Array(dims.reduce((product, extent) => product * extent, 1)), dims };
}

function writeAppearance(vector: Float32Array | null, row: number, channels: number, out: Float32Array): void {
  if (vector === null) return;
  if (vector.length !== channels)
    throw new RangeError(`appearance of ${vector.length} channels for a model of ${channels}`);
  out.set(vector, row * channels);
}

/**
 * Turns prompts in frame pixels into the decoder's input tensors, all prompts in one batch.
 * @param viewport the part of the frame that the model's input shows
 * @param input size of the model's input, pixels
 * @param channels length of the appearance vectors
 */
export function promptTensors(
  prompts: readonly ObjectPrompt[],
  viewport: Viewport,
  input: Size,
  channels: number,
): PromptTensors {
  const count = prompts.length;
  const slots = pointSlots(prompts);
  const scaleX = input.width / viewport.width;
  const scaleY = input.height / viewport.height;
  const toX = (x: number): number => (x - viewport.x) * scaleX;
  const toY = (y: number): number => (y - viewport.y) * scaleY;
  const columns = input.width / PROMPT_STRIDE;
  const rows = input.height / PROMPT_STRIDE;
  const tensors: PromptTensors = {
    points: zeros(count, slots, 2),
    labels: zeros(count, slots),
    boxes: zeros(count, 4),
    has_box: zeros(count),
    mask_prompt: zeros(count, 1, rows, columns),
    has_mask: zeros(count),
    target: zeros(count, channels),
    distractor: zeros(count, channels),
  };
  tensors.labels.data.fill(PADDING_LABEL);
  prompts.forEach((prompt, index) => {
    prompt.points.forEach((point, slot) => {
      tensors.points.data.set([toX(point.x), toY(point.y)], (index * slots + slot) * 2);
      tensors.labels.data[index * slots + slot] = point.inside ? 1 : 0;
    });
    if (prompt.box !== null) {
      const { x0, y0, x1, y1 } = prompt.box;
      tensors.boxes.data.set([toX(x0), toY(y0), toX(x1), toY(y1)], index * 4);
      tensors.has_box.data[index] = 1;
    }
    if (prompt.mask !== null) {
      const cells = tensors.mask_prompt.data.subarray(index * rows * columns, (index + 1) * rows * columns);
      resampleToProbabilities(prompt.mask, viewport, columns, rows, cells);
      tensors.has_mask.data[index] = 1;
    }
    writeAppearance(prompt.target, index, channels, tensors.target.data);
    writeAppearance(prompt.distractor, index, channels, tensors.distractor.data);
  });
  return tensors;
}
