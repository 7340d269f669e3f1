import type { Viewport } from '../shared/geometry.js';
import type { Candidate } from '../shared/mask.js';
import type { TensorData } from './prompt-tensors.js';

/**
 * Splits the decoder's answer into candidates. Every mask gets memory of its own, so that it can be handed to another thread alone.
 * @param masks logits `[N, K, height, width]` over `viewport`
 * @param scores predicted IoU `[N, K]`, 0..1
 * @returns N lists of K candidates, in model order
 */
export function candidatesOf(
  masks: TensorData,
  scores: TensorData,
  viewport: Viewport,
  timestampUs: number,
): Candidate[][] {
  const [count = 0, perObject = 0, height = 0, width = 0] = masks.dims;
  const area = height * width;
  if (masks.data.length !== count * perObject * area || scores.data.length !== count * perObject) {
    throw new RangeError(`masks [${masks.dims.join()}] and scores [${scores.dims.join()}] do not belong together`);
  }
  const candidate = (index: number): Candidate => ({
    mask: { data: masks.data.slice(index * area, (index + 1) * area), width, height, viewport, timestampUs },
    score: scores.data[index] ?? 0,
  });
  return Array.from({ length: count }, (_object, object) =>
    Array.from({ length: perObject }, (_reading, reading) => candidate(object * perObject + reading)),
  );
}
