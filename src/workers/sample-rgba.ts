import type { Size, Viewport } from '../shared/geometry.js';

/** All pixels of a frame: RGBA, 8 bit, row-major, `height * width * 4` bytes. */
export type RgbaImage = Size & { readonly data: Uint8Array<ArrayBuffer> };

export type Rgb = readonly [red: number, green: number, blue: number];

/** From this ratio on a picture is shrunk by averaging taps; below it is interpolated. */
const SHRINKS = 1.5;

/**
 * `viewport` of an image scaled to `size`: the mean of 2x2 taps where it is shrunk, else bilinear. What lies outside the image has the colour
 * `padding`. (A canvas does the same, at many times the cost where the frame's pixels are already in memory.)
 */
export function sampleRgba(
  image: RgbaImage,
  viewport: Viewport,
  size: Size,
  padding: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(size.width * size.height * 4);
  const ratio = Math.max(viewport.width / size.width, viewport.height / size.height);
  if (ratio >= SHRINKS) shrink(image, viewport, size, padding, out);
  else interpolate(image, viewport, size, padding, out);
  return out;
}

/** Source pixel of each of `count` positions spread evenly over the extent; -1 outside. */
function pixelsAlong(start: number, extent: number, count: number, limit: number): Int32Array {
  const pixels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const pixel = Math.floor(start + ((i + 0.5) * extent) / count);
    pixels[i] = pixel >= 0 && pixel < limit ? pixel : -1;
  }
  return pixels;
}

function shrink(
  { data, width, height }: RgbaImage,
  view: Viewport,
  size: Size,
  padding: Rgb,
  out: Uint8ClampedArray,
): void {
  const columns = pixelsAlong(view.x, view.width, 2 * size.width, width);
  const rows = pixelsAlong(view.y, view.height, 2 * size.height, height);
  for (let row = 0, to = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++, to += 4) {
      let [red, green, blue] = [0, 0, 0];
      for (let tap = 0; tap < 4; tap++) {
        const y = rows[2 * row + (tap >> 1)]!;
        const x = columns[2 * column + (tap & 1)]!;
        const from = x < 0 || y < 0 ? -1 : 4 * (y * width + x);
        red += from < 0 ? padding[0] : data[from]!;
        green += from < 0 ? padding[1] : data[from + 1]!;
        blue += from < 0 ? padding[2] : data[from + 2]!;
      }
      out[to] = red / 4;
      out[to + 1] = green / 4;
      out[to + 2] = blue / 4;
      out[to + 3] = 255;
    }
  }
}

function interpolate(image: RgbaImage, view: Viewport, size: Size, padding: Rgb, out: Uint8ClampedArray): void {
  const { data, width, height } = image;
  for (let row = 0, to = 0; row < size.height; row++) {
    const y = view.y + ((row + 0.5) * view.height) / size.height;
    const top = Math.min(height - 1, Math.max(0, Math.floor(y - 0.5)));
    const bottom = Math.min(height - 1, top + 1);
    const fy = Math.min(1, Math.max(0, y - 0.5 - top));
    for (let column = 0; column < size.width; column++, to += 4) {
      const x = view.x + ((column + 0.5) * view.width) / size.width;
      const inside = x >= 0 && y >= 0 && x < width && y < height;
      const left = Math.min(width - 1, Math.max(0, Math.floor(x - 0.5)));
      const fx = Math.min(1, Math.max(0, x - 0.5 - left));
      const right = left + 1 < width ? 4 : 0;
      const [above, below] = [4 * (top * width + left), 4 * (bottom * width + left)];
      for (let c = 0; c < 3; c++) {
        const upper = data[above + c]! * (1 - fx) + data[above + right + c]! * fx;
        const lower = data[below + c]! * (1 - fx) + data[below + right + c]! * fx;
        out[to + c] = inside ? upper * (1 - fy) + lower * fy : padding[c]!;
      }
      out[to + 3] = 255;
    }
  }
}
