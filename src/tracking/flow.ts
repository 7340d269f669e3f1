import type { Size } from '../shared/geometry.js';
import { PATCH, PatchMatcher, STRIDE, type Level } from './inverse-search.js';

/** Backward displacements of the patches of one level, level pixels; NaN where none was matched. Row-major, `rows * columns`. */
export type PatchFlow = {
  readonly columns: number;
  readonly rows: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
};

export function patchFlowOf(level: Size): PatchFlow {
  const columns = Math.floor((level.width - PATCH) / STRIDE) + 1;
  const rows = Math.floor((level.height - PATCH) / STRIDE) + 1;
  const nothing = (): Float32Array => new Float32Array(columns * rows).fill(NaN);
  return { columns, rows, u: nothing(), v: nothing() };
}

/** Where the centre of patch `index` along one axis lies, level pixels. */
export const patchCentre = (index: number): number => index * STRIDE + PATCH / 2;

/** Residual below which a patch needs no better idea from its neighbours, grey levels. */
const GOOD = 2.5;

/**
 * Matches the wanted patches of one level: the best of the starting places and of the neighbours matched before, refined by inverse search. A second
 * pass from the other corner lets a good displacement spread both ways.
 * @param starts starting displacements for every patch
 * @param wanted 1 for every patch to match
 */
export function matchLevel(now: Level, then: Level, starts: readonly PatchFlow[], wanted: Uint8Array): PatchFlow {
  const flow = patchFlowOf(now);
  const { columns, rows, u, v } = flow;
  const matcher = new PatchMatcher(now, then);
  const residuals = new Float32Array(columns * rows);
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === 0) continue;
    const column = i % columns;
    matcher.take(column * STRIDE, ((i / columns) | 0) * STRIDE);
    for (const start of starts) matcher.tryAt(start.u[i]!, start.v[i]!);
    if (column > 0) matcher.tryAt(u[i - 1]!, v[i - 1]!);
    if (i >= columns) matcher.tryAt(u[i - columns]!, v[i - columns]!);
    if (Number.isNaN(matcher.u)) matcher.tryAt(0, 0);
    matcher.refine();
    u[i] = matcher.u;
    v[i] = matcher.v;
    residuals[i] = matcher.residual;
  }
  for (let i = wanted.length - 1; i >= 0; i--) {
    if (wanted[i] === 0 || residuals[i]! < GOOD) continue;
    const column = i % columns;
    const right = column < columns - 1 ? i + 1 : i;
    const below = i + columns < wanted.length ? i + columns : i;
    if (differs(flow, i, right) || differs(flow, i, below)) {
      matcher.take(column * STRIDE, ((i / columns) | 0) * STRIDE);
      matcher.tryAt(u[i]!, v[i]!);
      const before = matcher.residual;
      matcher.tryAt(u[right]!, v[right]!);
      matcher.tryAt(u[below]!, v[below]!);
      if (matcher.residual < before) matcher.refine();
      u[i] = matcher.u;
      v[i] = matcher.v;
    }
  }
  return flow;
}

const differs = ({ u, v }: PatchFlow, i: number, j: number): boolean =>
  Math.abs(u[i]! - u[j]!) + Math.abs(v[i]! - v[j]!) > 0.5;

/** Starting places of a level from the level above it, half its size. */
export function startFromCoarser(coarse: PatchFlow, level: Size): PatchFlow {
  const start = patchFlowOf(level);
  const nearest = (index: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.round((patchCentre(index) / 2 - PATCH / 2) / STRIDE)));
  for (let row = 0, i = 0; row < start.rows; row++) {
    const from = nearest(row, coarse.rows) * coarse.columns;
    for (let column = 0; column < start.columns; column++, i++) {
      const at = from + nearest(column, coarse.columns);
      start.u[i] = coarse.u[at]! * 2;
      start.v[i] = coarse.v[at]! * 2;
    }
  }
  return start;
}

/**
 * Per-pixel flow of one level. `weight` sums, over the patches that cover a pixel, how well each explains it (0..1 each); 0 where none does.
 * Only rows `top` to `bottom` (exclusive) hold anything.
 */
export type DenseFlow = Size & {
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly weight: Float32Array;
  readonly top: number;
  readonly bottom: number;
};

/**
 * Every pixel averages the patches that cover it, each weighted by how well its displacement explains that very pixel.
 * @param now level of the pyramid to spread the flow over, `shrink` times smaller than the one that it was matched on
 */
export function densify(now: Level, then: Level, flow: PatchFlow, shrink: number): DenseFlow {
  const { width, height } = now;
  const cells = width * height;
  const [u, v, weight] = [new Float32Array(cells), new Float32Array(cells), new Float32Array(cells)];
  const [patchSide, stride] = [PATCH / shrink, STRIDE / shrink];
  let [top, bottom] = [height, 0];
  for (let row = 0, patch = 0; row < flow.rows; row++) {
    // The last patches reach to the picture's edge.
    const y1 = row === flow.rows - 1 ? height : row * stride + patchSide;
    for (let column = 0; column < flow.columns; column++, patch++) {
      if (Number.isNaN(flow.u[patch]!)) continue;
      top = Math.min(top, row * stride);
      bottom = y1;
      const x1 = column === flow.columns - 1 ? width : column * stride + patchSide;
      const area = { x0: column * stride, y0: row * stride, x1, y1 };
      addPatch(u, v, weight, now, then, flow.u[patch]! / shrink, flow.v[patch]! / shrink, area);
    }
  }
  return { width, height, u, v, weight, top: Math.min(top, bottom), bottom };
}

type Pixels = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

/** Adds one patch's weighted displacement to `u`, `v` and its weight to `weight`, all at the pixels of `area`. */
function addPatch(
  u: Float32Array,
  v: Float32Array,
  weight: Float32Array,
  now: Level,
  then: Level,
  pu: number,
  pv: number,
  area: Pixels,
): void {
  const { width, height, data } = then;
  for (let y = area.y0; y < area.y1; y++) {
    const sy = Math.min(height - 1.001, Math.max(0, y + pv));
    const y0 = sy | 0;
    const fy = sy - y0;
    const row = y0 * width;
    let i = y * width + area.x0;
    for (let x = area.x0; x < area.x1; x++, i++) {
      const sx = Math.min(width - 1.001, Math.max(0, x + pu));
      const x0 = sx | 0;
      const fx = sx - x0;
      const at = row + x0;
      const above = data[at]!;
      const below = data[at + width]!;
      const upper = above + (data[at + 1]! - above) * fx;
      const lower = below + (data[at + width + 1]! - below) * fx;
      const difference = Math.abs(upper + (lower - upper) * fy - now.data[i]!);
      const w = difference > 1 ? 1 / difference : 1;
      u[i] = u[i]! + w * pu;
      v[i] = v[i]! + w * pv;
      weight[i] = weight[i]! + w;
    }
  }
}

/** Half the size, each pixel the mean of four. */
export function halve(level: Level): Level {
  const width = level.width >> 1;
  const height = level.height >> 1;
  const data = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = y * 2 * level.width; x < width; x++, i++, at += 2) {
      data[i] =
        (level.data[at]! +
          level.data[at + 1]! +
          level.data[at + level.width]! +
          level.data[at + level.width + 1]! +
          2) >>
        2;
    }
  }
  return { width, height, data };
}
