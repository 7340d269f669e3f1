/** Deterministic noise: the same seed gives the same texture on every machine. */

/** Mixes two lattice coordinates and a seed into 0..1. */
export function hash2(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000;
}

/** Smooth value noise with a feature size of 1, 0..1. */
export function valueNoise(x: number, y: number, seed: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const top = hash2(ix, iy, seed) * (1 - u) + hash2(ix + 1, iy, seed) * u;
  const bottom = hash2(ix, iy + 1, seed) * (1 - u) + hash2(ix + 1, iy + 1, seed) * u;
  return top * (1 - v) + bottom * v;
}

/** Octaves of {@link valueNoise}, each half as large and half as strong as the one before, 0..1. */
export function fbm(x: number, y: number, octaves: number, seed: number): number {
  let sum = 0;
  let weight = 0;
  for (let octave = 0; octave < octaves; octave++) {
    const frequency = 2 ** octave;
    sum += valueNoise(x * frequency, y * frequency, seed + octave) / frequency;
    weight += 1 / frequency;
  }
  return sum / weight;
}

/** A stream of numbers in 0..1 that depends on the seed alone. */
export function randomStream(seed: number): () => number {
  let index = 0;
  return () => hash2(index++, 77, seed);
}

export const smoothstep = (from: number, to: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};
