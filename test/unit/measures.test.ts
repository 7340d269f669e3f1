import { describe, expect, it } from 'vitest';
import { boundaryF, boundaryMap } from '../../bench/measures/boundary.js';
import { changeBetween, flickerOf } from '../../bench/measures/flicker.js';
import { gridOf, rasterise } from '../../bench/measures/grid.js';
import { jaccard } from '../../bench/measures/region.js';
import { bitsOfRuns, runsOf } from '../../bench/measures/runs.js';
import { bitsOf, boxOf, deepestPoint, ignoredOf, objectsOf } from '../../bench/measures/truth.js';

/** `#` is 1, anything else 0. */
const drawn = (...rows: string[]): Uint8Array => Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0));

// 8 x 6 pixels: the diagonal is 10, so boundaries agree within ceil(0.008 * 10) = 1 pixel, which is the pixel itself and its four neighbours.
const SIZE = { width: 8, height: 6 };
const TRUTH = drawn('........', '.###....', '.###....', '.###....', '........', '........');
const MOVED = drawn('........', '...###..', '...###..', '...###..', '........', '........');
const SMALL = drawn('........', '........', '..#.....', '........', '........', '........');
const NOTHING = new Uint8Array(48);

describe('boundary measure', () => {
  it('the boundary lies half a pixel up and left of the edge', () => {
    expect(boundaryMap(TRUTH, SIZE)).toEqual(
      drawn('####....', '#..#....', '#..#....', '####....', '........', '........'),
    );
    expect(boundaryMap(MOVED, SIZE)).toEqual(
      drawn('..####..', '..#..#..', '..#..#..', '..####..', '........', '........'),
    );
    expect(boundaryMap(SMALL, SIZE)).toEqual(
      drawn('........', '.##.....', '.##.....', '........', '........', '........'),
    );
  });

  it('the last row looks right only, the last column down only, the last pixel is never part of it', () => {
    const size = { width: 4, height: 4 };
    expect(boundaryMap(drawn('....', '....', '....', '...#'), size)).toEqual(drawn('....', '....', '..##', '..#.'));
    expect(boundaryMap(drawn('####', '####', '####', '####'), size)).toEqual(new Uint8Array(16));
  });

  // Of the 12 pixels of MOVED's boundary these have one of TRUTH's at most one step away (rows 0 to 3 of the pictures above):
  //   row 0: x = 2, 3 (the same pixels), 4 (beside 3); not 5.   row 3: the same three.
  //   rows 1 and 2: x = 2 (beside 3); not 5.
  // That is 3 + 3 + 1 + 1 = 8 of 12, and by symmetry as many the other way: precision = recall = 2/3, F = 2/3.
  it('a square that is two pixels off', () => {
    expect(boundaryF(MOVED, TRUTH, SIZE)).toBeCloseTo(2 / 3, 12);
  });

  // Each of the 4 pixels of SMALL's boundary is beside one of TRUTH's: precision 1. Of TRUTH's 12 all but the four corners are beside one of
  // SMALL's: recall 8/12. F = 2 * 1 * (2/3) / (1 + 2/3) = 0.8. The other way round precision and recall change places.
  it('precision and recall that differ', () => {
    expect(boundaryF(SMALL, TRUTH, SIZE)).toBeCloseTo(0.8, 12);
    expect(boundaryF(TRUTH, SMALL, SIZE)).toBeCloseTo(0.8, 12);
  });

  // With its right part not judged, MOVED is its column 3: a boundary of x = 2, 3 in rows 0 to 3, each pixel of which is on or beside TRUTH's
  // (precision 1). Of TRUTH's 12 pixels the four at x = 0 have none of these near: recall 8/12, as before.
  it('nothing is judged where the truth says so', () => {
    const ignored = drawn('....####', '....####', '....####', '....####', '....####', '....####');
    expect(boundaryF(MOVED, TRUTH, SIZE, ignored)).toBeCloseTo(0.8, 12);
    expect(jaccard(MOVED, TRUTH, ignored)).toBeCloseTo(3 / 9, 12);
  });

  it('a boundary on one side only scores nothing, none on both sides everything', () => {
    expect(boundaryF(NOTHING, TRUTH, SIZE)).toBe(0);
    expect(boundaryF(TRUTH, NOTHING, SIZE)).toBe(0);
    expect(boundaryF(NOTHING, NOTHING, SIZE)).toBe(1);
    expect(boundaryF(drawn('#.......'.padEnd(48, '.')), drawn(`${'.'.repeat(44)}##..`), SIZE)).toBe(0);
  });
});

it('region similarity is intersection over union, 1 where both are empty', () => {
  // One column of three pixels is common; 9 + 9 - 3 pixels belong to either.
  expect(jaccard(MOVED, TRUTH)).toBeCloseTo(3 / 15, 12);
  expect(jaccard(NOTHING, NOTHING)).toBe(1);
  expect(jaccard(NOTHING, TRUTH)).toBe(0);
});

describe('truth', () => {
  const labels = (...values: number[]) => ({ width: values.length, height: 1, values: Uint16Array.from(values) });

  it('white alone is one object, ids are one each, and white beside ids is not judged', () => {
    expect(objectsOf(labels(0, 255, 255))).toEqual([255]);
    expect(objectsOf(labels(0, 2, 1, 2))).toEqual([1, 2]);
    expect(objectsOf(labels(0, 1, 255))).toEqual([1]);
    expect(bitsOf(labels(0, 2, 1, 2), 2)).toEqual(Uint8Array.of(0, 1, 0, 1));
    expect(ignoredOf(labels(0, 1, 255), [1])).toEqual(Uint8Array.of(0, 0, 1));
    expect(ignoredOf(labels(0, 255), [255])).toBeNull();
    expect(ignoredOf(labels(0, 1), [1])).toBeNull();
  });

  it('no object, or something that is no map of ids, is refused', () => {
    expect(() => objectsOf(labels(0, 0))).toThrow('has no object');
    expect(() => objectsOf(labels(...Array.from({ length: 200 }, (_, i) => i)))).toThrow('199 different values');
  });

  it('its box and its deepest point', () => {
    expect(boxOf(MOVED, SIZE)).toEqual({ x0: 3, y0: 1, x1: 6, y1: 4 });
    expect(boxOf(NOTHING, SIZE)).toBeNull();
    expect(deepestPoint(MOVED, SIZE)).toEqual({ x: 4.5, y: 2.5 });
  });
});

it('runs hold a mask of "at least half covered"', () => {
  const alpha = Uint8Array.of(128, 255, 0, 127, 200, 0);
  expect(runsOf(alpha)).toEqual([0, 2, 2, 1, 1]);
  expect(bitsOfRuns(runsOf(alpha))).toEqual(Uint8Array.of(1, 1, 0, 0, 1, 0));
  expect(bitsOfRuns(runsOf(new Uint8Array(5)))).toEqual(new Uint8Array(5));
});

describe('flicker', () => {
  const grid = (bits: Uint8Array) => gridOf(bits, SIZE, 0);
  const still = <T>(mask: T): T => mask;

  it('a mask is the same on its grid and back', () => {
    expect(rasterise(grid(MOVED), SIZE)).toEqual(MOVED);
    expect(rasterise(null, SIZE)).toEqual(NOTHING);
  });

  it('is the change beyond motion, over that of the truth', () => {
    // The mask goes from MOVED to TRUTH: 1 - 3/15; the truth from TRUTH to its middle pixel: 1 - 1/9.
    const change = changeBetween(
      { mask: grid(MOVED), truth: grid(TRUTH) },
      { mask: grid(TRUTH), truth: grid(SMALL) },
      still,
      SIZE,
    );
    expect(change?.mask).toBeCloseTo(12 / 15, 12);
    expect(change?.truth).toBeCloseTo(8 / 9, 12);
    expect(flickerOf([change!, { mask: 0.1, truth: 0 }])).toBeCloseTo((12 / 15 + 0.1) / (8 / 9), 12);
  });

  it('motion is no flicker, and nothing is said where motion is not known', () => {
    const follow = { mask: grid(MOVED), truth: grid(MOVED) };
    const carry = () => grid(MOVED);
    expect(changeBetween({ mask: grid(TRUTH), truth: grid(TRUTH) }, follow, carry, SIZE)).toEqual({
      mask: 0,
      truth: 0,
    });
    expect(changeBetween(follow, follow, () => null, SIZE)).toBeNull();
    expect(flickerOf([])).toBeNull();
  });
});
