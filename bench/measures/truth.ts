import type { Box, Point, Size } from '../../src/shared/geometry.js';
import { readLabels, type Labels } from './png.js';

/** A mask at frame resolution: one byte a pixel, row-major, 0 or 1. */
export type Bits = Uint8Array;

/** In a map of instance ids: not to be judged. In a map of nothing else: the object. */
const WHITE = 255;
/** An id map has few ids; a soft mask or a photo has many values. */
const MOST_IDS = 64;

/** @throws with the file's address in the message */
export async function loadLabels(address: string): Promise<Labels> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  try {
    return await readLabels(new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    throw new Error(`${address} is ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}

/**
 * The objects of a clip are those of its first frame: the white of a binary mask, or every id of a map of instance ids.
 * @returns at least one value of the map, ascending
 * @throws when the map has no object, or so many values that it cannot be a map of ids
 */
export function objectsOf({ values }: Labels): number[] {
  const found = [...new Set(values)].filter((value) => value !== 0).sort((a, b) => a - b);
  if (found.length === 0)
    throw new Error('The truth of the first frame has no object: begin the clip where it is seen.');
  if (found.length > MOST_IDS)
    throw new Error(
      `The truth of the first frame has ${found.length} different values: it is neither binary (0 and 255) nor a map of ids.`,
    );
  return found.length === 1 ? found : found.filter((value) => value !== WHITE);
}

export function bitsOf({ values }: Labels, object: number): Bits {
  const bits = new Uint8Array(values.length);
  for (let i = 0; i < bits.length; i++) if (values[i] === object) bits[i] = 1;
  return bits;
}

/** 1 where nothing is to be judged; null when that is nowhere. */
export const ignoredOf = (labels: Labels, objects: readonly number[]): Bits | null =>
  objects.includes(WHITE) || !labels.values.includes(WHITE) ? null : bitsOf(labels, WHITE);

export const areaOf = (bits: Bits): number => bits.reduce((sum, bit) => sum + bit, 0);

/** @returns null when the mask is empty */
export function boxOf(bits: Bits, { width }: Size): Box | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, 0, 0];
  for (let i = bits.indexOf(1); i >= 0; i = bits.indexOf(1, i + 1)) {
    const [x, y] = [i % width, Math.floor(i / width)];
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x + 1);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y + 1);
  }
  return x1 === 0 ? null : { x0, y0, x1, y1 };
}

/** The pixel farthest (city blocks) from everything outside, the frame's border included. */
export function deepestPoint(bits: Bits, { width, height }: Size): Point {
  const distance = Uint16Array.from(bits, (bit) => (bit === 1 ? 0xffff : 0));
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : distance[y * width + x]!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      distance[y * width + x] = Math.min(at(x, y), at(x - 1, y) + 1, at(x, y - 1) + 1);
    }
  }
  let best = 0;
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      distance[i] = Math.min(at(x, y), at(x + 1, y) + 1, at(x, y + 1) + 1);
      if (distance[i] > distance[best]!) best = i;
    }
  }
  return { x: (best % width) + 0.5, y: Math.floor(best / width) + 0.5 };
}
