import { slideDown } from './matte-sums.js';
import { FIT_CHANNELS as CHANNELS } from './matte-window.js';

/**
 * The guided filter's second box filter: averages the linear functions of all windows that cover a block. Writes the mean of each of the
 * `FIT_CHANNELS`, `height * width * FIT_CHANNELS`.
 */
export function meanOfFits(
  fitted: Float32Array,
  width: number,
  height: number,
  radius: number,
  columns: Float64Array,
  out: Float32Array,
): void {
  const stride = width * CHANNELS;
  slideDown(fitted, stride, height, radius, columns, (y, top, bottom) =>
    meanRow(columns, width, radius, bottom - top, out, y * stride),
  );
}

function meanRow(
  columns: Float64Array,
  width: number,
  radius: number,
  rows: number,
  out: Float32Array,
  outAt: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  for (let c = 0; c < Math.min(radius, width) * CHANNELS; c += CHANNELS) {
    s0 += columns[c]!;
    s1 += columns[c + 1]!;
    s2 += columns[c + 2]!;
    s3 += columns[c + 3]!;
    s4 += columns[c + 4]!;
  }
  for (let x = 0, o = outAt; x < width; x++, o += CHANNELS) {
    if (x + radius < width) {
      const c = (x + radius) * CHANNELS;
      s0 += columns[c]!;
      s1 += columns[c + 1]!;
      s2 += columns[c + 2]!;
      s3 += columns[c + 3]!;
      s4 += columns[c + 4]!;
    }
    if (x > radius) {
      const c = (x - radius - 1) * CHANNELS;
      s0 -= columns[c]!;
      s1 -= columns[c + 1]!;
      s2 -= columns[c + 2]!;
      s3 -= columns[c + 3]!;
      s4 -= columns[c + 4]!;
    }
    const share = 1 / (rows * (Math.min(width, x + radius + 1) - Math.max(0, x - radius)));
    out[o] = s0 * share;
    out[o + 1] = s1 * share;
    out[o + 2] = s2 * share;
    out[o + 3] = s3 * share;
    out[o + 4] = s4 * share;
  }
}
