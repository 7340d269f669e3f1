import { describe, expect, it } from 'vitest';
import { boxIou, containFit, squareViewport } from '../../src/shared/geometry.js';

describe('geometry', () => {
  it('measures the overlap of boxes', () => {
    const a = { x0: 0, y0: 0, x1: 10, y1: 10 };
    expect(boxIou(a, a)).toBe(1);
    expect(boxIou(a, { x0: 5, y0: 0, x1: 15, y1: 10 })).toBeCloseTo(1 / 3);
    expect(boxIou(a, { x0: 20, y0: 20, x1: 30, y1: 30 })).toBe(0);
  });
  it('moves a square view into the frame, and centres one that is larger than the frame', () => {
    const frame = { width: 640, height: 480 };
    expect(squareViewport({ x: 10, y: 470 }, 200, frame)).toEqual({ x: 0, y: 280, width: 200, height: 200 });
    expect(squareViewport({ x: 320, y: 240 }, 600, frame)).toEqual({ x: 20, y: -60, width: 600, height: 600 });
  });
  it('letterboxes a wide picture in a tall element', () => {
    expect(containFit({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ x: 0, y: 25, scale: 0.5 });
  });
});
