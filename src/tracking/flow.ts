import type { Size } from '../shared/geometry.js';
import { emptyPatchFlow, PATCH, PatchMatcher, STRIDE, type Level, type PatchFlow } from './inverse-search.js';

const ITERATIONS = 5;
/** Steps shorter than this end the refinement, level pixels. */
const SHORT_STEP = 0.04;
/** Starting guesses nearer to one another than this lead to the same place, level pixels. */
const SAME_START = 0.3;

/** A starting guess: displacement of the picture at a level pixel, level pixels; NaN for none. */
export type Guess = (x: number, y: number) => { u: number; v: number } | null;

/**
 * Matches the wanted patches of one level: the best of the guesses and of the neighbours already matched, then refined by inverse search
 * (Kroeger et al. 2016). Two passes, so that a good displacement spreads both ways.
 */
export function matchLevel(now: Level, then: Level, guesses: readonly Guess[], wanted: (x: number, y: number, u: number, v: number) => boolean): PatchFlow {
  const flow = emptyPatchFlow(now);
  const matcher = new PatchMatcher(now, then);
  const { columns, rows, u, v, error, active } = flow;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      const [px, py] = [column * STRIDE, row * STRIDE];
      const [cx, cy] = [px + PATCH / 2, py + PATCH / 2];
      const starts = guesses.map((guess) => guess(cx, cy)).filter((start) => start !== null);
      const first = starts[0] ?? { u: 0, v: 0 };
      if (!wanted(cx, cy, first.u, first.v)) continue;
      active[i] = 1;
      const textured = matcher.take(px, py);
      if (starts.length === 0) starts.push(first);
      if (column > 0 && active[i - 1] === 1) starts.push({ u: u[i - 1]!, v: v[i - 1]! });
      if (row > 0 && active[i - columns] === 1) starts.push({ u: u[i - columns]!, v: v[i - columns]! });
      let [bestU, bestV, best] = [first.u, first.v, Infinity];
      for (const start of starts) {
        const residual = matcher.compare(start.u, start.v);
        if (residual < best - 0.01) [bestU, bestV, best] = [start.u, start.v, residual];
      }
      if (textured) [bestU, bestV, best] = refine(matcher, bestU, bestV, best);
      u[i] = bestU;
      v[i] = bestV;
      error[i] = best;
    }
  }
  spreadBack(flow, matcher);
  return flow;
}

function refine(matcher: PatchMatcher, u: number, v: number, residual: number): [number, number, number] {
  let [bestU, bestV, best] = [u, v, residual];
  const reach = PATCH;
  matcher.compare(u, v);
  for (let k = 0; k < ITERATIONS; k++) {
    const { du, dv } = matcher.step();
    u += du;
    v += dv;
    if (Math.abs(u - bestU) > reach || Math.abs(v - bestV) > reach) break;
    const next = matcher.compare(u, v);
    if (next < best) [bestU, bestV, best] = [u, v, next];
    if (du * du + dv * dv < 0.0009) break;
  }
  return [bestU, bestV, best];
}

/** Second pass, from the bottom right: a patch takes over its right or lower neighbour's displacement where that explains it clearly better. */
function spreadBack(flow: PatchFlow, matcher: PatchMatcher): void {
  const { columns, rows, u, v, error, active } = flow;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const i = row * columns + column;
      if (active[i] === 0 || error[i]! < 2) continue;
      let taken = false;
      for (const j of [column < columns - 1 ? i + 1 : -1, row < rows - 1 ? i + columns : -1]) {
        if (j < 0 || active[j] === 0) continue;
        if (Math.abs(u[j]! - u[i]!) + Math.abs(v[j]! - v[i]!) < 0.5) continue;
        const textured = taken || matcher.take(column * STRIDE, row * STRIDE);
        taken = true;
        const residual = matcher.compare(u[j]!, v[j]!);
        if (residual >= error[i]! - 0.05) continue;
        const [bu, bv, be] = textured ? refine(matcher, u[j]!, v[j]!, residual) : [u[j]!, v[j]!, residual];
        u[i] = bu;
        v[i] = bv;
        error[i] = be;
      }
    }
  }
}

/** The displacement of the patch nearest to a level pixel of a coarser level, doubled to this level; null where none was matched. */
export function guessFromCoarser(coarse: PatchFlow): Guess {
  return (x, y) => {
    const column = Math.min(coarse.columns - 1, Math.max(0, Math.round((x / 2 - PATCH / 2) / STRIDE)));
    const row = Math.min(coarse.rows - 1, Math.max(0, Math.round((y / 2 - PATCH / 2) / STRIDE)));
    const i = row * coarse.columns + column;
    return coarse.active[i] === 1 ? { u: coarse.u[i]! * 2, v: coarse.v[i]! * 2 } : null;
  };
}

/** Per-pixel flow of one level. `weight` is 0 where no patch covers the pixel; `error` the residual at the pixel, grey levels. */
export type DenseFlow = Size & {
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly error: Float32Array;
  readonly weight: Float32Array;
};

/** Every pixel averages the patches that cover it, each weighted by how well its displacement explains that very pixel. */
export function densify(now: Level, then: Level, flow: PatchFlow): DenseFlow {
  const { width, height } = now;
  const cells = width * height;
  const [u, v, error, weight] = [new Float32Array(cells), new Float32Array(cells), new Float32Array(cells), new Float32Array(cells)];
  for (let row = 0, patch = 0; row < flow.rows; row++) {
    for (let column = 0; column < flow.columns; column++, patch++) {
      if (flow.active[patch] === 0) continue;
      const [pu, pv] = [flow.u[patch]!, flow.v[patch]!];
      // The last patches reach to the picture's edge.
      const x1 = column === flow.columns - 1 ? width : column * STRIDE + PATCH;
      const y1 = row === flow.rows - 1 ? height : row * STRIDE + PATCH;
      for (let y = row * STRIDE; y < y1; y++) {
        const sy = Math.min(height - 1.001, Math.max(0, y + pv));
        const y0 = Math.floor(sy);
        const fy = sy - y0;
        const below = y0 < height - 1 ? width : 0;
        for (let x = column * STRIDE; x < x1; x++) {
          const sx = Math.min(width - 1.001, Math.max(0, x + pu));
          const x0 = Math.floor(sx);
          const fx = sx - x0;
          const right = x0 < width - 1 ? 1 : 0;
          const at = y0 * width + x0;
          const upper = then.data[at]! * (1 - fx) + then.data[at + right]! * fx;
          const lower = then.data[at + below]! * (1 - fx) + then.data[at + below + right]! * fx;
          const i = y * width + x;
          const difference = Math.abs(upper + (lower - upper) * fy - now.data[i]!);
          const w = 1 / Math.max(1, difference);
          u[i] = u[i]! + w * pu;
          v[i] = v[i]! + w * pv;
          error[i] = error[i]! + w * difference;
          weight[i] = weight[i]! + w;
        }
      }
    }
  }
  for (let i = 0; i < cells; i++) {
    const w = weight[i]!;
    if (w === 0) continue;
    u[i] = u[i]! / w;
    v[i] = v[i]! / w;
    error[i] = error[i]! / w;
  }
  return { width, height, u, v, error, weight };
}

/** Half the size, each pixel the mean of four. */
export function halve(level: Level): Level {
  const width = level.width >> 1;
  const height = level.height >> 1;
  const data = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = y * 2 * level.width; x < width; x++, i++, at += 2) {
      data[i] = (level.data[at]! + level.data[at + 1]! + level.data[at + level.width]! + level.data[at + level.width + 1]! + 2) >> 2;
    }
  }
  return { width, height, data };
}
