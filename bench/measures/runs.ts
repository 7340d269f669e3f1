import type { Bits } from './truth.js';

/** A mask as the lengths of its runs, background first (it may be 0): hundreds of masks fit into little memory. */
export type Runs = readonly number[];

/** Runs of "at least half covered" of a matte, one byte a pixel, 0..255. */
export function runsOf(alpha: Uint8Array): Runs {
  const runs: number[] = [];
  let inside = false;
  let start = 0;
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i]! >= 128 === inside) continue;
    runs.push(i - start);
    start = i;
    inside = !inside;
  }
  runs.push(alpha.length - start);
  return runs;
}

export function bitsOfRuns(runs: Runs): Bits {
  const bits = new Uint8Array(runs.reduce((sum, length) => sum + length, 0));
  let at = 0;
  runs.forEach((length, i) => {
    if (i % 2 === 1) bits.fill(1, at, at + length);
    at += length;
  });
  return bits;
}
