import { FIT_CHANNELS as CHANNELS } from './matte-window.js';

/**
 * The guided filter's second box filter: averages the linear functions of all windows that cover a cell. What their weights leave open is filled by
 * the mask itself. Then the contrast around 0.5 is raised, which makes another linear function. Writes a.r, a.g, a.b, b, `height * width * 4`.
 */
export function meanOfCoefficients(
  fitted: Float32Array,
  width: number,
  height: number,
  radius: number,
  contrast: number,
  columns: Float64Array,
  probability: Float32Array,
  out: Float32Array,
): void {
  const stride = width * CHANNELS;
  columns.fill(0, 0, stride);
  for (let y = 0; y < Math.min(radius, height); y++) addRow(columns, fitted, y * stride, stride);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) addRow(columns, fitted, (y + radius) * stride, stride);
    if (y > radius) takeRow(columns, fitted, (y - radius - 1) * stride, stride);
    const rows = Math.min(height, y + radius + 1) - Math.max(0, y - radius);
    meanRow(columns, width, radius, rows, contrast, probability, out, y * width);
  }
}

function addRow(columns: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) columns[i]! += values[at + i]!;
}

function takeRow(columns: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) columns[i]! -= values[at + i]!;
}

function meanRow(
  columns: Float64Array,
  width: number,
  radius: number,
  rows: number,
  contrast: number,
  probability: Float32Array,
  out: Float32Array,
  rowAt: number,
): void {
  const centre = 0.5 - 0.5 * contrast;
  // A fit that stays between 0 and 1 and is trusted less than this cannot bring a sure p back from where the contrast is clamped; one that does not
  // stay there has met colours that it knows nothing about, and would leak.
  const negligible = 0.5 - 0.5 / contrast;
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
  for (let x = 0, o = rowAt * 4; x < width; x++, o += 4) {
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
    const windows = rows * (Math.min(width, x + radius + 1) - Math.max(0, x - radius));
    const trust = s4 / windows;
    const p = probability[rowAt + x]!;
    if (trust < negligible && (p === 0 || p === 1)) {
      out[o] = 0;
      out[o + 1] = 0;
      out[o + 2] = 0;
      out[o + 3] = p;
      continue;
    }
    const scale = contrast / windows;
    out[o] = s0 * scale;
    out[o + 1] = s1 * scale;
    out[o + 2] = s2 * scale;
    out[o + 3] = s3 * scale + contrast * (1 - trust) * p + centre;
  }
}
