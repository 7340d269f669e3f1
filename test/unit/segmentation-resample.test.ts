import { describe, expect, it } from 'vitest';
import type { Viewport } from '../../src/shared/geometry.js';
import { logit, type MaskGrid } from '../../src/shared/mask.js';
import { resampleToProbabilities } from '../../src/segmentation/resample-mask.js';

type Shape = (x: number, y: number) => boolean;

/** A hard mask of a shape given in frame pixels. */
function maskOf(shape: Shape, viewport: Viewport, width: number, height: number): MaskGrid {
  const data = Float32Array.from({ length: width * height }, (_, index) => {
    const x = viewport.x + (((index % width) + 0.5) * viewport.width) / width;
    const y = viewport.y + ((Math.floor(index / width) + 0.5) * viewport.height) / height;
    return shape(x, y) ? 8 : -8;
  });
  return { data, width, height, viewport, timestampUs: 0 };
}

function resampled(mask: MaskGrid, viewport: Viewport, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height).fill(Number.NaN);
  resampleToProbabilities(mask, viewport, width, height, out);
  return out;
}

/** Overlap of soft masks: sum of minima over sum of maxima. */
function softIou(a: Float32Array, b: Float32Array): number {
  let intersection = 0;
  let union = 0;
  a.forEach((value, index) => {
    intersection += Math.min(value, b[index] ?? 0);
    union += Math.max(value, b[index] ?? 0);
  });
  return intersection / union;
}

const disc: Shape = (x, y) => Math.hypot(x - 320, y - 250) < 60;
const WHOLE = { x: 0, y: 0, width: 640, height: 480 };
const ZOOM = { x: 220, y: 140, width: 200, height: 240 };

describe('resampling a mask to the grid of the model', () => {
  it('copies probabilities when the grids are the same', () => {
    const data = Float32Array.from([0.1, 0.5, 0.9, 0.25, 0.75, 0.6], logit);
    const out = resampled({ data, width: 3, height: 2, viewport: WHOLE, timestampUs: 0 }, WHOLE, 3, 2);
    [0.1, 0.5, 0.9, 0.25, 0.75, 0.6].forEach((probability, index) => expect(out[index]).toBeCloseTo(probability, 5));
  });
  it('interpolates between cell centres, and extends the outermost to the border', () => {
    const data = new Float32Array([-2, 2]);
    const out = resampled({ data, width: 2, height: 1, viewport: WHOLE, timestampUs: 0 }, WHOLE, 4, 1);
    const expected = [-2, -1, 1, 2].map((value) => 1 / (1 + Math.exp(-value)));
    expected.forEach((probability, index) => expect(out[index]).toBeCloseTo(probability, 5));
  });
  it('is 0 outside the viewport of the mask, on every side', () => {
    const everywhere = maskOf(() => true, ZOOM, 8, 8);
    const out = resampled(everywhere, WHOLE, 64, 48);
    out.forEach((probability, index) => {
      const x = ((index % 64) + 0.5) * 10;
      const y = (Math.floor(index / 64) + 0.5) * 10;
      const inside = x > 220 && x < 420 && y > 140 && y < 380;
      expect(probability > 0.5, `at ${x}, ${y}`).toBe(inside);
    });
  });
  it('puts a mask of a zoomed, non-square view where it belongs in the whole frame, by area', () => {
    const out = resampled(maskOf(disc, ZOOM, 64, 48), WHOLE, 32, 24);
    const truth = Float32Array.from({ length: 32 * 24 }, (_, index) => {
      let hits = 0;
      for (let s = 0; s < 100; s++) {
        const x = ((index % 32) + ((s % 10) + 0.5) / 10) * 20;
        const y = (Math.floor(index / 32) + (Math.floor(s / 10) + 0.5) / 10) * 20;
        if (disc(x, y)) hits++;
      }
      return hits / 100;
    });
    expect(softIou(out, truth)).toBeGreaterThan(0.93);
  });
  it('keeps a mask through a round trip between viewports', () => {
    const original = maskOf(disc, ZOOM, 64, 48);
    const there = resampled(original, WHOLE, 128, 96);
    const carried = { data: there.map(logit), width: 128, height: 96, viewport: WHOLE, timestampUs: 0 };
    const back = resampled(carried, ZOOM, 64, 48);
    const before = original.data.map((value) => 1 / (1 + Math.exp(-value)));
    expect(softIou(before, back)).toBeGreaterThan(0.9);
  });
});
