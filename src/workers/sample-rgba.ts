import type { Size, Viewport } from '../shared/geometry.js';

/** All pixels of a frame: RGBA, 8 bit, row-major, `height * width * 4` bytes, of a whole number of pixels into their buffer. */
export type RgbaImage = Size & { readonly data: Uint8Array<ArrayBuffer> };

export type Rgb = readonly [red: number, green: number, blue: number];

/** Pixels weighted along one axis for each position of the result. */
type Taps = {
  readonly count: number;
  /** `positions * count` source positions, clamped to the image; -1 where the position itself lies outside. */
  readonly at: Int32Array;
  /** `positions * count` weights; those of one position sum to 1. */
  readonly weight: Float32Array;
};

/**
 * Each position is the mean of what it covers, and of no less than one pixel: that is the area average where the picture shrinks, and bilinear
 * interpolation where it grows.
 * @param ratio source pixels for one of the result
 */
function areaTaps(start: number, ratio: number, positions: number, limit: number): Taps {
  const extent = Math.max(1, ratio);
  const count = Math.ceil(extent) + 1;
  const at = new Int32Array(positions * count);
  const weight = new Float32Array(positions * count);
  for (let i = 0, tap = 0; i < positions; i++) {
    const centre = start + (i + 0.5) * ratio;
    const inside = centre >= 0 && centre < limit;
    const [from, to] = [centre - extent / 2, centre + extent / 2];
    for (let k = 0; k < count; k++, tap++) {
      const pixel = Math.floor(from) + k;
      at[tap] = inside ? Math.min(limit - 1, Math.max(0, pixel)) : -1;
      weight[tap] = Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel)) / extent;
    }
  }
  return { count, at, weight };
}

/** One row of the image (-1: outside it) scaled along x: three channels a position. */
function scaleRow({ data, width }: RgbaImage, row: number, taps: Taps, padding: Rgb, out: Float32Array): void {
  const { count, at, weight } = taps;
  const start = row * width;
  for (let i = 0, tap = 0; i < out.length; i += 3, tap += count) {
    if (row < 0 || at[tap]! < 0) {
      out[i] = padding[0];
      out[i + 1] = padding[1];
      out[i + 2] = padding[2];
      continue;
    }
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = tap; k < tap + count; k++) {
      const from = 4 * (start + at[k]!);
      const w = weight[k]!;
      red += w * data[from]!;
      green += w * data[from + 1]!;
      blue += w * data[from + 2]!;
    }
    out[i] = red;
    out[i + 1] = green;
    out[i + 2] = blue;
  }
}

/**
 * `viewport` of an image scaled to `size`, bilinear where it grows, the mean of the area where it shrinks. What lies outside the image has the colour
 * `padding`. (A canvas does the same, at many times the cost where the frame's pixels are already in memory.)
 */
export function sampleRgba(
  image: RgbaImage,
  viewport: Viewport,
  size: Size,
  padding: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const columns = areaTaps(viewport.x, viewport.width / size.width, size.width, image.width);
  const rows = areaTaps(viewport.y, viewport.height / size.height, size.height, image.height);
  // Neighbouring rows of the result share rows of the image; those met last are kept.
  const kept = Array.from({ length: 2 * rows.count }, () => ({ row: NaN, scaled: new Float32Array(3 * size.width) }));
  const scaledRow = (row: number): Float32Array => {
    const slot = kept[(row + kept.length) % kept.length]!;
    if (slot.row !== row) scaleRow(image, row, columns, padding, slot.scaled);
    slot.row = row;
    return slot.scaled;
  };
  const out = new Uint8ClampedArray(size.width * size.height * 4);
  const sum = new Float32Array(3 * size.width);
  for (let y = 0, to = 0; y < size.height; y++) {
    sum.fill(0);
    for (let k = 0; k < rows.count; k++) {
      const w = rows.weight[y * rows.count + k]!;
      if (w === 0) continue;
      const scaled = scaledRow(rows.at[y * rows.count + k]!);
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + w * scaled[i]!;
    }
    for (let i = 0; i < sum.length; i += 3, to += 4) {
      out[to] = sum[i]!;
      out[to + 1] = sum[i + 1]!;
      out[to + 2] = sum[i + 2]!;
      out[to + 3] = 255;
    }
  }
  return out;
}

/** Every second byte of a pixel. The other two are reached by a shift; which of the four they are does not matter. */
const HALF_OF_BYTES = 0x00ff00ff;
/** Half of the divisor 4, in each of the two, so that the mean is rounded. */
const ROUNDED = 0x00020002;

/**
 * The whole image at a small size, fast: each pixel the mean of 2x2 pixels out of those that it covers. Exact at half size.
 * For what is done with every frame.
 */
export function shrinkRgba({ data, width, height }: RgbaImage, size: Size): Uint8ClampedArray<ArrayBuffer> {
  const along = (count: number, limit: number): Int32Array =>
    Int32Array.from({ length: 2 * count }, (_, i) => Math.floor(((i + 0.5) * limit) / (2 * count)));
  const [columns, rows] = [along(size.width, width), along(size.height, height)];
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const out = new Uint32Array(size.width * size.height);
  for (let row = 0, to = 0; row < size.height; row++) {
    const upper = rows[2 * row]! * width;
    const lower = rows[2 * row + 1]! * width;
    for (let column = 0; column < size.width; column++, to++) {
      const left = columns[2 * column]!;
      const right = columns[2 * column + 1]!;
      const a = pixels[upper + left]!;
      const b = pixels[upper + right]!;
      const c = pixels[lower + left]!;
      const d = pixels[lower + right]!;
      const even = (a & HALF_OF_BYTES) + (b & HALF_OF_BYTES) + (c & HALF_OF_BYTES) + (d & HALF_OF_BYTES) + ROUNDED;
      const odd =
        ((a >>> 8) & HALF_OF_BYTES) +
        ((b >>> 8) & HALF_OF_BYTES) +
        ((c >>> 8) & HALF_OF_BYTES) +
        ((d >>> 8) & HALF_OF_BYTES) +
        ROUNDED;
      out[to] = ((even >>> 2) & HALF_OF_BYTES) | (((odd >>> 2) & HALF_OF_BYTES) << 8);
    }
  }
  return new Uint8ClampedArray(out.buffer);
}
