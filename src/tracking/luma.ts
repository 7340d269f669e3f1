import type { Size } from '../shared/geometry.js';

/**
 * A small grey picture of one frame, for measuring motion. `data` is 8-bit luma, row-major, `height * width` bytes; it covers the whole frame, so
 * one luma pixel is `frame.width / width` frame pixels wide (and `frame.height / height` high).
 */
export type LumaImage = Size & {
  readonly data: Uint8Array;
  /** The size of the frame it was scaled from, frame pixels. */
  readonly frame: Size;
  readonly timestampUs: number;
};

/** The longer side of a luma image, luma pixels. Wide enough for a small object, small enough to be searched within the frame's budget. */
export const LUMA_LONG_SIDE = 320;

/** The size of the luma image of a frame: the longer side is `longSide` (never larger than the frame). */
export function lumaSizeOf(frame: Size, longSide = LUMA_LONG_SIDE): Size {
  const scale = Math.min(1, longSide / Math.max(frame.width, frame.height));
  return {
    width: Math.max(16, Math.round(frame.width * scale)),
    height: Math.max(16, Math.round(frame.height * scale)),
  };
}

/**
 * Luma (BT.601 weights) of RGBA pixels that already have the luma image's size.
 * @param rgba `size.height * size.width * 4` bytes, row-major
 */
export function lumaFromRgba(
  rgba: Uint8ClampedArray | Uint8Array,
  size: Size,
  frame: Size,
  timestampUs: number,
): LumaImage {
  const data = new Uint8Array(size.width * size.height);
  for (let i = 0, j = 0; i < data.length; i++, j += 4) {
    data[i] = (rgba[j]! * 77 + rgba[j + 1]! * 150 + rgba[j + 2]! * 29 + 128) >> 8;
  }
  return { data, width: size.width, height: size.height, frame, timestampUs };
}
