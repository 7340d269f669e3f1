import { describe, expect, it } from 'vitest';
import { deepestOf, largestPart } from '../../bench/prompts/deepest.js';
import { summarise } from '../../bench/prompts/summary.js';

const SIZE = { width: 9, height: 7 };
const bitsOf = (picture: string): Uint8Array =>
  Uint8Array.from(picture.replaceAll(/\s/g, ''), (c) => (c === '#' ? 1 : 0));

describe('where a tap goes', () => {
  it('is as deep as can be, the border of the picture counting as an edge', () => {
    const bits = bitsOf(`
      ######...
      ######...
      ######...
      ######...
      ######...
      ######..#
      ######...`);
    // Three pixels from the left border and from the right edge; rows 3 to 5 are three or more from above and below.
    expect(deepestOf(bits, SIZE)).toEqual({ x: 2.5, y: 2.5 });
    expect(deepestOf(new Uint8Array(63).fill(1), SIZE)).toEqual({ x: 3.5, y: 3.5 });
  });

  it('is measured as the crow flies', () => {
    const size = { width: 41, height: 41 };
    const inside = (x: number, y: number): boolean => Math.hypot(x - 24, y - 15) < 11 || (y > 30 && x < 38);
    const bits = Uint8Array.from({ length: 41 * 41 }, (_, i) => (inside(i % 41, Math.floor(i / 41)) ? 1 : 0));
    expect(deepestOf(bits, size)).toEqual({ x: 24.5, y: 15.5 });
  });
});

describe('the largest error', () => {
  it('is the largest part, corners touching', () => {
    const bits = bitsOf(`
      ##.......
      ..#......
      .......##
      .......#.
      .........
      .........
      .........`);
    expect([...largestPart(bits, SIZE)].filter((bit) => bit === 1)).toHaveLength(3);
    expect(largestPart(bits, SIZE)[0]).toBe(1);
    expect(largestPart(bits, SIZE)[2 * 9 + 7]).toBe(0);
    expect(largestPart(new Uint8Array(63), SIZE)).toEqual(new Uint8Array(63));
  });
});

describe('the summary', () => {
  it('means over all, and over small, medium and large instances', () => {
    const row = (share: number, boxIoU: number) => ({
      id: 1,
      share,
      boxIoU,
      boxZoomIoU: 0,
      tapIoU: 0,
      tapBestIoU: 0,
      tapAppIoU: 0,
      noc85: 20,
      noc90: 20,
    });
    const summary = summarise([row(0.019, 0.2), row(0.02, 0.5), row(0.05, 0.7), row(0.1, 1)]);
    expect(summary).toMatchObject({ boxIoU: 0.6, noc90: 20, instances: 4 });
    expect(summary.bySize.small.boxIoU).toBe(0.2);
    expect(summary.bySize.medium).toMatchObject({ boxIoU: 0.6, instances: 2 });
    expect(summary.bySize.large.instances).toBe(1);
  });
});
