import type { Size } from '../shared/geometry.js';

/** One level of a luma pyramid: 8-bit, row-major. */
export type Level = Size & { readonly data: Uint8Array };

/** Patches are squares of `PATCH` pixels, one every `STRIDE` pixels, so that every pixel is covered by up to four. */
export const PATCH = 8;
export const STRIDE = 4;

/** Backward displacements of a grid of patches of one level, level pixels. `error` is the mean absolute residual after matching, grey levels. */
export type PatchFlow = {
  readonly columns: number;
  readonly rows: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly error: Float32Array;
  /** 1 where a patch was matched. */
  readonly active: Uint8Array;
};

export function emptyPatchFlow(level: Size): PatchFlow {
  const columns = Math.floor((level.width - PATCH) / STRIDE) + 1;
  const rows = Math.floor((level.height - PATCH) / STRIDE) + 1;
  const cells = columns * rows;
  return {
    columns,
    rows,
    u: new Float32Array(cells),
    v: new Float32Array(cells),
    error: new Float32Array(cells),
    active: new Uint8Array(cells),
  };
}

/** Reads patches of an older picture at sub-pixel offsets and compares them with templates of the newer one. */
export class PatchMatcher {
  private readonly now: Level;
  private readonly then: Level;
  private readonly template = new Float32Array(PATCH * PATCH);
  private readonly gradX = new Float32Array(PATCH * PATCH);
  private readonly gradY = new Float32Array(PATCH * PATCH);
  private readonly difference = new Float32Array(PATCH * PATCH);
  private px = 0;
  private py = 0;
  /** Inverse of the template's gradient matrix. */
  private inverse: readonly [number, number, number] = [0, 0, 0];
  /** Mean absolute, mean-free residual at the last place that was compared. */
  residual = 0;

  constructor(now: Level, then: Level) {
    this.now = now;
    this.then = then;
  }

  /** Takes the template at (px, py), its top left pixel. @returns false where it has too little texture to be placed. */
  take(px: number, py: number): boolean {
    const { data, width, height } = this.now;
    this.px = px;
    this.py = py;
    let [xx, xy, yy, sumX, sumY, sum] = [0, 0, 0, 0, 0, 0];
    for (let j = 0, k = 0; j < PATCH; j++) {
      const y = py + j;
      const row = y * width;
      const above = (y > 0 ? y - 1 : y) * width;
      const below = (y < height - 1 ? y + 1 : y) * width;
      for (let i = 0; i < PATCH; i++, k++) {
        const x = px + i;
        const value = data[row + x]!;
        const gx = (data[row + (x < width - 1 ? x + 1 : x)]! - data[row + (x > 0 ? x - 1 : x)]!) / 2;
        const gy = (data[below + x]! - data[above + x]!) / 2;
        this.template[k] = value;
        this.gradX[k] = gx;
        this.gradY[k] = gy;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
        sumX += gx;
        sumY += gy;
        sum += value;
      }
    }
    const n = PATCH * PATCH;
    const mean = sum / n;
    for (let k = 0; k < n; k++) this.template[k] = this.template[k]! - mean;
    // Mean-free patches have mean-free gradients: the matrix loses what a change of brightness could explain.
    xx -= (sumX * sumX) / n;
    xy -= (sumX * sumY) / n;
    yy -= (sumY * sumY) / n;
    const ridge = n * 0.5;
    const determinant = (xx + ridge) * (yy + ridge) - xy * xy;
    this.inverse = [(yy + ridge) / determinant, -xy / determinant, (xx + ridge) / determinant];
    return xx + yy > n * 2;
  }

  /** Mean absolute mean-free residual with the older picture displaced by (u, v). */
  compare(u: number, v: number): number {
    const { width, height, data } = this.then;
    const x = Math.min(width - PATCH - 1.001, Math.max(0, this.px + u));
    const y = Math.min(height - PATCH - 1.001, Math.max(0, this.py + v));
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    const w00 = (1 - fx) * (1 - fy);
    const w10 = fx * (1 - fy);
    const w01 = (1 - fx) * fy;
    const w11 = fx * fy;
    const { difference, template } = this;
    let mean = 0;
    for (let j = 0, k = 0; j < PATCH; j++) {
      let at = (y0 + j) * width + x0;
      for (let i = 0; i < PATCH; i++, k++, at++) {
        const value =
          w00 * data[at]! + w10 * data[at + 1]! + w01 * data[at + width]! + w11 * data[at + width + 1]! - template[k]!;
        difference[k] = value;
        mean += value;
      }
    }
    mean /= PATCH * PATCH;
    let residual = 0;
    for (let k = 0; k < PATCH * PATCH; k++) {
      const value = difference[k]! - mean;
      difference[k] = value;
      residual += value < 0 ? -value : value;
    }
    this.residual = residual / (PATCH * PATCH);
    return this.residual;
  }

  /** The Gauss-Newton step from the last place compared (inverse compositional: the template's gradients serve every step). */
  step(): { du: number; dv: number } {
    const { difference, gradX, gradY } = this;
    let [bx, by] = [0, 0];
    for (let k = 0; k < PATCH * PATCH; k++) {
      bx += gradX[k]! * difference[k]!;
      by += gradY[k]! * difference[k]!;
    }
    const [a, b, c] = this.inverse;
    return { du: -(a * bx + b * by), dv: -(b * bx + c * by) };
  }
}
