import type { Size } from '../../src/shared/geometry.js';
import type { Bits } from './truth.js';

/** How far apart two boundaries may be and still agree, as a share of the frame's diagonal. */
const TOLERANCE = 0.008;

/**
 * Boundary measure F of the DAVIS evaluation (`f_measure` of davisvideochallenge/davis2017-evaluation): harmonic mean of the share of the mask's
 * boundary that lies near the truth's (precision) and the reverse (recall). Near: within a disk of ceil(0.008 of the diagonal) pixels.
 * A boundary that is missing on one side only scores 0, on both sides 1.
 * @param ignored 1 where nothing is judged, or null
 */
export function boundaryF(mask: Bits, truth: Bits, size: Size, ignored: Bits | null = null): number {
  const judged = (bits: Bits): Bits => (ignored === null ? bits : bits.map((bit, i) => bit & (ignored[i]! ^ 1)));
  const ours = boundaryMap(judged(mask), size);
  const theirs = boundaryMap(judged(truth), size);
  const offsets = disk(Math.ceil(TOLERANCE * Math.hypot(size.width, size.height)));
  const precision = shareNear(ours, theirs, size, offsets);
  const recall = shareNear(theirs, ours, size, offsets);
  if (precision === null && recall === null) return 1;
  if (precision === null || recall === null || precision + recall === 0) return 0;
  return (2 * precision * recall) / (precision + recall);
}

/**
 * Pixels that differ from the next one to the right, below, or right below (`_seg2bmap` of the same evaluation): half a pixel up and left of the
 * real boundary. The last row looks to the right only, the last column down only, the last pixel is never part of it.
 */
export function boundaryMap(bits: Bits, { width, height }: Size): Bits {
  const map = new Uint8Array(bits.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const right = x + 1 < width ? bits[i + 1]! : 0;
      const below = y + 1 < height ? bits[i + width]! : 0;
      const both = x + 1 < width && y + 1 < height;
      const here = bits[i]!;
      if (both) map[i] = (here ^ right) | (here ^ below) | (here ^ bits[i + width + 1]!);
      else if (x + 1 < width) map[i] = here ^ right;
      else if (y + 1 < height) map[i] = here ^ below;
    }
  }
  return map;
}

/** Every pixel of a disk, nearest first: what agrees mostly agrees at once. */
function disk(radius: number): readonly { readonly x: number; readonly y: number }[] {
  const offsets = [];
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) if (x * x + y * y <= radius * radius) offsets.push({ x, y });
  }
  return offsets.sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));
}

/** Share of the pixels of `from` with one of `to` near; null when `from` has none. */
function shareNear(
  from: Bits,
  to: Bits,
  { width, height }: Size,
  offsets: readonly { readonly x: number; readonly y: number }[],
): number | null {
  let [all, near] = [0, 0];
  for (let i = from.indexOf(1); i >= 0; i = from.indexOf(1, i + 1)) {
    const [x, y] = [i % width, Math.floor(i / width)];
    all++;
    const found = offsets.some((offset) => {
      const [u, v] = [x + offset.x, y + offset.y];
      return u >= 0 && v >= 0 && u < width && v < height && to[v * width + u] === 1;
    });
    if (found) near++;
  }
  return all === 0 ? null : near / all;
}
