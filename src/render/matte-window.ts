/** The sums that a window of the colour guided filter needs, and the linear fit they give. Colours are 0..255 here. */
import type { Box, Size } from '../shared/geometry.js';

/** p, then r g b, then rp gp bp, then rr rg rb gg gb bb, then pp. */
export const MOMENTS = 14;

/**
 * Guide pixels along each side of the blocks that windows are made of: a fit changes so little from one pixel to the next that one for each block says the
 * same at a quarter of the cost.
 */
export const BLOCK = 2;

/**
 * The sums of each block of the guide, `MOMENTS` for each, row-major.
 * @param blocks which ones, in blocks from the guide's corner; those at its right and bottom edge may be cut off by it
 * @param probability p of the guide pixels of these blocks, row-major
 */
export function blockMoments(
  { rgba, width, height }: Size & { readonly rgba: Uint8ClampedArray },
  blocks: Box,
  probability: Float32Array,
  out: Float32Array,
): void {
  const columns = BLOCK * (blocks.x1 - blocks.x0);
  const x0 = BLOCK * blocks.x0;
  for (let row = blocks.y0, o = 0; row < blocks.y1; row++) {
    const top = BLOCK * row;
    const bottom = Math.min(height, top + BLOCK);
    for (let left = 0; left < columns; left += BLOCK, o += MOMENTS) {
      const right = Math.min(width - x0, left + BLOCK);
      let p1 = 0;
      let r1 = 0;
      let g1 = 0;
      let b1 = 0;
      let rp = 0;
      let gp = 0;
      let bp = 0;
      let rr = 0;
      let rg = 0;
      let rb = 0;
      let gg = 0;
      let gb = 0;
      let bb = 0;
      let pp = 0;
      for (let y = top; y < bottom; y++) {
        let at = (y - BLOCK * blocks.y0) * columns + left;
        let i = (y * width + x0 + left) * 4;
        for (let x = left; x < right; x++, at++, i += 4) {
          const p = probability[at]!;
          const r = rgba[i]!;
          const g = rgba[i + 1]!;
          const b = rgba[i + 2]!;
          p1 += p;
          r1 += r;
          g1 += g;
          b1 += b;
          rp += r * p;
          gp += g * p;
          bp += b * p;
          rr += r * r;
          rg += r * g;
          rb += r * b;
          gg += g * g;
          gb += g * b;
          bb += b * b;
          pp += p * p;
        }
      }
      out[o] = p1;
      out[o + 1] = r1;
      out[o + 2] = g1;
      out[o + 3] = b1;
      out[o + 4] = rp;
      out[o + 5] = gp;
      out[o + 6] = bp;
      out[o + 7] = rr;
      out[o + 8] = rg;
      out[o + 9] = rb;
      out[o + 10] = gg;
      out[o + 11] = gb;
      out[o + 12] = bb;
      out[o + 13] = pp;
    }
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
