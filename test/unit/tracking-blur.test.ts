import { describe, expect, it } from 'vitest';
import { blurred } from '../../src/tracking/blur.js';

describe('blurred', () => {
  it('is the mean of a square around, at the border of what there is of it', () => {
    const [width, height] = [4, 3];
    const values = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const out = blurred(values, width, height, 1);
    expect(out[0]).toBeCloseTo((1 + 2 + 5 + 6) / 4, 5);
    expect(out[1]).toBeCloseTo((1 + 2 + 3 + 5 + 6 + 7) / 6, 5);
    expect(out[6]).toBeCloseTo((2 + 3 + 4 + 6 + 7 + 8 + 10 + 11 + 12) / 9, 5);
    expect([...blurred(new Float32Array(12).fill(3), width, height, 2)]).toEqual(new Array(12).fill(3));
  });
});
