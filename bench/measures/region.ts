import type { Bits } from './truth.js';

/**
 * Region similarity J: intersection over union; 1 where both are empty.
 * @param ignored 1 where nothing is judged, or null
 */
export function jaccard(a: Bits, b: Bits, ignored: Bits | null = null): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (ignored?.[i] === 1) continue;
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return either === 0 ? 1 : both / either;
}
