import { describe, expect, it } from 'vitest';
import { cellColours } from '../../src/segmentation/cell-colours.js';

/** Planes of a view of 16 x 8 pixels: one colour left, another right. */
function halves(left: readonly number[], right: readonly number[]): Float32Array {
  const planes = new Float32Array(3 * 16 * 8);
  for (let c = 0; c < 3; c++) for (let i = 0; i < 128; i++) planes[c * 128 + i] = (i % 16 < 8 ? left : right)[c]!;
  return planes;
}

describe('the colours of cells', () => {
  it('are the shares of red and of blue, cell by cell', () => {
    const [redLeft, redRight, blueLeft, blueRight] = cellColours(halves([200, 0, 0], [100, 100, 100]), 16, 8, 8);
    expect(redLeft).toBeGreaterThan(0.9);
    expect(blueLeft).toBeLessThan(0.05);
    expect(redRight).toBeCloseTo(1 / 3);
    expect(blueRight).toBeCloseTo(1 / 3);
  });

  it('hardly change with the light', () => {
    const bright = cellColours(halves([200, 120, 40], [40, 120, 200]), 16, 8, 8);
    const dim = cellColours(halves([120, 72, 24], [24, 72, 120]), 16, 8, 8);
    bright.forEach((share, i) => expect(dim[i]).toBeCloseTo(share, 1));
  });
});
