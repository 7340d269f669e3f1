import type { Size } from '../shared/geometry.js';

/** One level of a luma pyramid: 8-bit, row-major. */
export type Level = Size & { readonly data: Uint8Array };

/** Twice the central differences of a level, one-sided at its edges. */
type Gradients = { readonly x: Int16Array; readonly y: Int16Array };

/** A level is the newer picture of several measurements, and up to four patches cover each of its pixels. */
const gradientsOf = new WeakMap<Level, Gradients>();

function gradients(level: Level): Gradients {
  const known = gradientsOf.get(level);
  if (known !== undefined) return known;
  const { width, height, data } = level;
  const [gx, gy] = [new Int16Array(data.length), new Int16Array(data.length)];
  for (let y = 0, i = 0; y < height; y++) {
    const above = y > 0 ? -width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      gx[i] = data[x < width - 1 ? i + 1 : i]! - data[x > 0 ? i - 1 : i]!;
      gy[i] = data[i + below]! - data[i + above]!;
    }
  }
  const made = { x: gx, y: gy };
  gradientsOf.set(level, made);
  return made;
}

/** Patches are squares of `PATCH` pixels, one every `STRIDE` pixels, so that every pixel is covered by one to four; both are even. */
export const PATCH = 8;
export const STRIDE = 6;
const PIXELS = PATCH * PATCH;

const STEPS = 4;
/** Steps shorter than this end the refinement, level pixels. */
const SHORT_STEP = 0.12;
/** Starting places nearer to one another than this lead to the same end, level pixels. */
const SAME_START = 0.6;

/**
 * Finds where a patch of the newer picture was in the older one by inverse search (Kroeger et al. 2016, https://arxiv.org/abs/1603.03590): the
 * template's gradients serve every Gauss-Newton step. Patches are compared without their mean, so a change of brightness does not matter.
 * Call `take`, then `tryAt` for each starting place, then `refine`; the answer is in `u`, `v`, `residual`.
 */
export class PatchMatcher {
  private readonly now: Level;
  private readonly then: Level;
  private readonly gradients: Gradients;
  private readonly template = new Float64Array(PIXELS);
  private readonly gradX = new Float64Array(PIXELS);
  private readonly gradY = new Float64Array(PIXELS);
  private px = 0;
  private py = 0;
  private sumX = 0;
  private sumY = 0;
  /** Inverse of the template's gradient matrix. */
  private xx = 0;
  private xy = 0;
  private yy = 0;
  private textured = false;
  /** The next Gauss-Newton step from the place last compared, and from the best place. */
  private du = 0;
  private dv = 0;
  private bestDu = 0;
  private bestDv = 0;
  /** Best displacement so far, level pixels, and the root mean square residual there, grey levels. */
  u = NaN;
  v = NaN;
  residual = Infinity;

  constructor(now: Level, then: Level) {
    this.now = now;
    this.then = then;
    this.gradients = gradients(now);
  }

  /** Takes the template whose top left pixel is (px, py). */
  take(px: number, py: number): void {
    const { data, width } = this.now;
    const { x: gradientsX, y: gradientsY } = this.gradients;
    const { template, gradX, gradY } = this;
    this.px = px;
    this.py = py;
    this.u = NaN;
    this.v = NaN;
    this.residual = Infinity;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    let sumX = 0;
    let sumY = 0;
    let sum = 0;
    for (let j = 0, k = 0; j < PATCH; j++) {
      let at = (py + j) * width + px;
      for (let i = 0; i < PATCH; i++, k++, at++) {
        const value = data[at]!;
        const gx = gradientsX[at]! / 2;
        const gy = gradientsY[at]! / 2;
        template[k] = value;
        gradX[k] = gx;
        gradY[k] = gy;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        sumX += gx;
        sumY += gy;
        sum += value;
      }
    }
    const average = sum / PIXELS;
    for (let k = 0; k < PIXELS; k++) template[k] = template[k]! - average;
    xx += PIXELS / 2 - (sumX * sumX) / PIXELS;
    yy += PIXELS / 2 - (sumY * sumY) / PIXELS;
    xy -= (sumX * sumY) / PIXELS;
    const determinant = xx * yy - xy * xy;
    this.sumX = sumX;
    this.sumY = sumY;
    this.xx = yy / determinant;
    this.xy = -xy / determinant;
    this.yy = xx / determinant;
    this.textured = xx + yy > 3 * PIXELS;
  }

  /** Compares at one more starting place, unless it is where the best one is; NaN is ignored. */
  tryAt(u: number, v: number): void {
    if (Number.isNaN(u) || Math.abs(u - this.u) + Math.abs(v - this.v) < SAME_START) return;
    this.keep(u, v, this.compare(u, v), 0.01);
  }

  /** Steps downhill from the best place; patches with too little texture stay where they are. */
  refine(): void {
    if (!this.textured) return;
    const startU = this.u;
    const startV = this.v;
    let u = startU;
    let v = startV;
    let du = this.bestDu;
    let dv = this.bestDv;
    for (let step = 0; step < STEPS; step++) {
      u += du;
      v += dv;
      if (Math.abs(u - startU) > PATCH || Math.abs(v - startV) > PATCH) return;
      const residual = this.compare(u, v);
      // No longer downhill: what follows would only wander.
      if (residual > this.residual * 1.2) return;
      this.keep(u, v, residual, 0);
      if (du * du + dv * dv < SHORT_STEP * SHORT_STEP) return;
      du = this.du;
      dv = this.dv;
    }
  }

  private keep(u: number, v: number, residual: number, margin: number): void {
    if (residual >= this.residual - margin) return;
    this.u = u;
    this.v = v;
    this.residual = residual;
    this.bestDu = this.du;
    this.bestDv = this.dv;
  }

  /** Root mean square of the mean-free difference at a displacement; leaves the next step in `du`, `dv`. One pass, no storage. */
  private compare(u: number, v: number): number {
    const { width, height, data } = this.then;
    const x = Math.min(width - PATCH - 1.001, Math.max(0, this.px + u));
    const y = Math.min(height - PATCH - 1.001, Math.max(0, this.py + v));
    const x0 = x | 0;
    const y0 = y | 0;
    const fx = x - x0;
    const fy = y - y0;
    const { template, gradX, gradY } = this;
    let sum = 0;
    let squares = 0;
    let bx = 0;
    let by = 0;
    for (let j = 0, k = 0; j < PATCH; j++) {
      let at = (y0 + j) * width + x0;
      let left = data[at]! + (data[at + width]! - data[at]!) * fy;
      for (let i = 0; i < PATCH; i++, k++) {
        at++;
        const right = data[at]! + (data[at + width]! - data[at]!) * fy;
        const difference = left + (right - left) * fx - template[k]!;
        left = right;
        sum += difference;
        squares += difference * difference;
        bx += gradX[k]! * difference;
        by += gradY[k]! * difference;
      }
    }
    const mean = sum / PIXELS;
    bx -= mean * this.sumX;
    by -= mean * this.sumY;
    this.du = -(this.xx * bx + this.xy * by);
    this.dv = -(this.xy * bx + this.yy * by);
    return Math.sqrt(Math.max(0, squares / PIXELS - mean * mean));
  }
}
