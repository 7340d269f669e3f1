import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../src/segmentation/candidates.js';
import { writeImagePlanes } from '../../src/segmentation/image-tensor.js';
import { promptTensors } from '../../src/segmentation/prompt-tensors.js';
import { buffersOf } from '../../src/segmentation/transfer.js';
import { NO_PROMPT } from '../fixtures/segmentation-scene.js';

const CHANNELS = 4;
/** A view that is neither square nor at the origin: 2 frame pixels to an input pixel across, 4 down. */
const VIEWPORT = { x: 100, y: -40, width: 256, height: 384 };
const INPUT = { width: 128, height: 96 };

describe('image planes', () => {
  it('puts all red before all green before all blue and leaves alpha out', () => {
    const planes = new Float32Array(6);
    writeImagePlanes(new Uint8ClampedArray([1, 2, 3, 255, 250, 251, 252, 0]), planes);
    expect([...planes]).toEqual([1, 250, 2, 251, 3, 252]);
  });
  it('refuses pixels that do not fill the input', () => {
    expect(() => writeImagePlanes(new Uint8ClampedArray(4), new Float32Array(6))).toThrow(RangeError);
  });
});

describe('prompt tensors', () => {
  it('turns frame pixels into input pixels of the viewport', () => {
    const points = [
      { x: 100, y: -40, inside: true },
      { x: 356, y: 344, inside: false },
      { x: 228, y: 152, inside: true },
    ];
    const tensors = promptTensors([{ ...NO_PROMPT, points }], VIEWPORT, INPUT, CHANNELS);
    expect(tensors.points.dims).toEqual([1, 4, 2]);
    expect([...tensors.points.data]).toEqual([0, 0, 128, 96, 64, 48, 0, 0]);
    expect([...tensors.labels.data]).toEqual([1, 0, 1, -1]);
  });
  it('gives a box in input pixels and says that there is one', () => {
    const box = { x0: 110, y0: 0, x1: 210, y1: 80 };
    const tensors = promptTensors([NO_PROMPT, { ...NO_PROMPT, box }], VIEWPORT, INPUT, CHANNELS);
    expect([...tensors.has_box.data]).toEqual([0, 1]);
    expect([...tensors.boxes.data.slice(4)]).toEqual([5, 10, 55, 30]);
  });
  it('pads every list of points to one length with room for padding', () => {
    const four = [1, 2, 3, 4].map((x) => ({ x, y: 0, inside: true }));
    const tensors = promptTensors([NO_PROMPT, { ...NO_PROMPT, points: four }], VIEWPORT, INPUT, CHANNELS);
    expect(tensors.labels.dims).toEqual([2, 8]);
    expect([...tensors.labels.data]).toEqual([-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1]);
  });
  it('lays masks on a grid of stride 8 and appearance in rows', () => {
    const mask = { data: new Float32Array(4).fill(50), width: 2, height: 2, viewport: VIEWPORT, timestampUs: 0 };
    const target = new Float32Array([1, 0, 0, 0]);
    const tensors = promptTensors([NO_PROMPT, { ...NO_PROMPT, mask, target }], VIEWPORT, INPUT, CHANNELS);
    expect(tensors.mask_prompt.dims).toEqual([2, 1, 12, 16]);
    expect([...tensors.has_mask.data]).toEqual([0, 1]);
    expect(tensors.mask_prompt.data.slice(0, 192).every((value) => value === 0)).toBe(true);
    expect(tensors.mask_prompt.data.slice(192).every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    expect([...tensors.target.data]).toEqual([0, 0, 0, 0, 1, 0, 0, 0]);
    expect([...tensors.distractor.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
  it('refuses appearance of another model', () => {
    const target = new Float32Array(CHANNELS + 1);
    expect(() => promptTensors([{ ...NO_PROMPT, target }], VIEWPORT, INPUT, CHANNELS)).toThrow(RangeError);
  });
});

describe('candidates', () => {
  const masks = { data: Float32Array.from({ length: 2 * 3 * 2 * 4 }, (_, index) => index), dims: [2, 3, 2, 4] };
  const scores = { data: new Float32Array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), dims: [2, 3] };

  it('keeps objects, candidates, rows and columns in order', () => {
    const objects = candidatesOf(masks, scores, VIEWPORT, 7);
    expect(objects.map((candidates) => candidates.length)).toEqual([3, 3]);
    const last = objects[1]?.[2];
    expect(last?.score).toBeCloseTo(0.6);
    expect(last?.mask).toMatchObject({ width: 4, height: 2, viewport: VIEWPORT, timestampUs: 7 });
    expect([...(last?.mask.data ?? [])]).toEqual([40, 41, 42, 43, 44, 45, 46, 47]);
  });
  it('gives every mask memory of its own and hands each over once', () => {
    const objects = candidatesOf(masks, scores, VIEWPORT, 7);
    const timings = { preprocessMs: 0, encodeMs: 0, decodeMs: 0 };
    const result = { objects: [...objects, ...objects], appearance: null, embedding: 1, timings };
    expect(buffersOf(result)).toHaveLength(6);
  });
  it('refuses scores that do not belong to the masks', () => {
    expect(() => candidatesOf(masks, { data: new Float32Array(5), dims: [5] }, VIEWPORT, 7)).toThrow(RangeError);
  });
});
