/** The sums that a window of the colour guided filter needs, and the linear fit they give. Colours are 0..255 here, so that sums of them are exact. */

/** p, then r g b, then rp gp bp, then rr rg rb gg gb bb, then pp. */
export const MOMENTS = 14;

/** Adds (or takes away) one row of pixels to the sums of each column, `width * MOMENTS`. */
export function addMomentRow(
  columns: Float64Array,
  rgba: Uint8ClampedArray,
  rgbaAt: number,
  probability: Float32Array,
  probabilityAt: number,
  width: number,
  sign: 1 | -1,
): void {
  for (let x = 0, c = 0, i = rgbaAt; x < width; x++, c += MOMENTS, i += 4) {
    const p = sign * probability[probabilityAt + x]!;
    const r = rgba[i]!;
    const g = rgba[i + 1]!;
    const b = rgba[i + 2]!;
    const sr = sign * r;
    const sg = sign * g;
    const sb = sign * b;
    columns[c]! += p;
    columns[c + 1]! += sr;
    columns[c + 2]! += sg;
    columns[c + 3]! += sb;
    columns[c + 4]! += p * r;
    columns[c + 5]! += p * g;
    columns[c + 6]! += p * b;
    columns[c + 7]! += sr * r;
    columns[c + 8]! += sr * g;
    columns[c + 9]! += sr * b;
    columns[c + 10]! += sg * g;
    columns[c + 11]! += sg * b;
    columns[c + 12]! += sb * b;
    columns[c + 13]! += p * probability[probabilityAt + x]!;
  }
}

/** a.r, a.g, a.b, b and the weight of the fit, the first four already multiplied by it. */
export const FIT_CHANNELS = 5;

/**
 * Least squares of p on the colour in one window: a = (Σ + εU)⁻¹ cov(I, p), b = p̄ − a · Ī, for colours in 0..1. Its weight is the share of p's
 * variance that the colours explain (R², 0..1): where they explain nothing the fit is only a blurred mask, and should not be listened to.
 * Windows wholly inside or outside the mask need no fit.
 */
export function fitWindow(sums: Float64Array, count: number, epsilon: number, out: Float32Array, at: number): void {
  const inverse = 1 / count;
  const p = sums[0]! * inverse;
  const pp = sums[13]! * inverse - p * p;
  if (pp < 0.001) {
    out.fill(0, at, at + FIT_CHANNELS);
    return;
  }
  const r = sums[1]! * inverse;
  const g = sums[2]! * inverse;
  const b = sums[3]! * inverse;
  const rp = sums[4]! * inverse - r * p;
  const gp = sums[5]! * inverse - g * p;
  const bp = sums[6]! * inverse - b * p;
  const rr = sums[7]! * inverse - r * r + epsilon;
  const rg = sums[8]! * inverse - r * g;
  const rb = sums[9]! * inverse - r * b;
  const gg = sums[10]! * inverse - g * g + epsilon;
  const gb = sums[11]! * inverse - g * b;
  const bb = sums[12]! * inverse - b * b + epsilon;
  // Cofactors of the symmetric 3x3 matrix; ε > 0 keeps its determinant positive.
  const c0 = gg * bb - gb * gb;
  const c1 = gb * rb - rg * bb;
  const c2 = rg * gb - gg * rb;
  const c4 = rr * bb - rb * rb;
  const c5 = rb * rg - rr * gb;
  const c8 = rr * gg - rg * rg;
  const scale = 1 / (rr * c0 + rg * c1 + rb * c2);
  const ar = (c0 * rp + c1 * gp + c2 * bp) * scale;
  const ag = (c1 * rp + c4 * gp + c5 * bp) * scale;
  const ab = (c2 * rp + c5 * gp + c8 * bp) * scale;
  const weight = (ar * rp + ag * gp + ab * bp) / pp;
  out[at] = weight * ar * 255;
  out[at + 1] = weight * ag * 255;
  out[at + 2] = weight * ab * 255;
  out[at + 3] = weight * (p - ar * r - ag * g - ab * b);
  out[at + 4] = weight;
}
