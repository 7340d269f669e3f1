import type { Point, Size } from '../../src/shared/geometry.js';
import type { Bits } from '../measures/truth.js';

/** The pixel farthest (as the crow flies) from everything outside, the picture's border included: where people tap. Centre of the pixel. */
export function deepestOf(bits: Bits, { width, height }: Size): Point {
  const squared = squaredDistances(bits, width, height);
  let best = 0;
  for (let i = 1; i < squared.length; i++) if (squared[i]! > squared[best]!) best = i;
  return { x: (best % width) + 0.5, y: Math.floor(best / width) + 0.5 };
}

/** Squared distance of every pixel inside to the nearest outside: columns first, then along each row the lower envelope of their parabolas
 * (https://cs.brown.edu/people/pfelzens/papers/dt-final.pdf). */
function squaredDistances(bits: Bits, width: number, height: number): Float64Array {
  const down = new Float64Array(bits.length);
  for (let x = 0; x < width; x++) {
    for (let y = 0, run = 0; y < height; y++) down[y * width + x] = run = bits[y * width + x] === 1 ? run + 1 : 0;
    for (let y = height - 1, run = 0; y >= 0; y--) {
      run = bits[y * width + x] === 1 ? run + 1 : 0;
      down[y * width + x] = Math.min(down[y * width + x]!, run);
    }
  }
  const out = new Float64Array(bits.length);
  for (let y = 0; y < height; y++) lowerEnvelope(down.subarray(y * width, (y + 1) * width), out.subarray(y * width));
  return out;
}

/** min over q of (x - q)² + distances[q]², the pixels beyond both ends counting as outside. */
function lowerEnvelope(distances: Float64Array, out: Float64Array): void {
  const count = distances.length + 2;
  const height = (q: number): number => (q === 0 || q === count - 1 ? 0 : distances[q - 1]! ** 2);
  const centres = new Int32Array(count);
  const starts = new Float64Array(count + 1);
  let last = 0;
  starts[0] = -Infinity;
  starts[1] = Infinity;
  for (let q = 1; q < count; q++) {
    const meets = (p: number): number => (height(q) + q * q - height(p) - p * p) / (2 * q - 2 * p);
    while (meets(centres[last]!) <= starts[last]!) last--;
    starts[last + 1] = meets(centres[last]!);
    centres[++last] = q;
    starts[last + 1] = Infinity;
  }
  for (let x = 1, k = 0; x < count - 1; x++) {
    while (starts[k + 1]! < x) k++;
    out[x - 1] = (x - centres[k]!) ** 2 + height(centres[k]!);
  }
}

/** The largest 8-connected part; empty when the mask is. */
export function largestPart(bits: Bits, { width, height }: Size): Bits {
  const labels = new Int32Array(bits.length);
  const areas = [0];
  const stack: number[] = [];
  for (let start = 0; start < bits.length; start++) {
    if (bits[start] !== 1 || labels[start] !== 0) continue;
    const label = areas.length;
    let area = 0;
    labels[start] = label;
    stack.push(start);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      area++;
      const [x, y] = [i % width, Math.floor(i / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u;
          if (bits[j] !== 1 || labels[j] !== 0) continue;
          labels[j] = label;
          stack.push(j);
        }
      }
    }
    areas.push(area);
  }
  const largest = areas.length === 1 ? -1 : areas.indexOf(Math.max(...areas));
  return Uint8Array.from(labels, (label) => (label === largest ? 1 : 0));
}
