import { boxHeight, boxWidth, type Box, type Size } from '../shared/geometry.js';
import {
  densify,
  halve,
  matchLevel,
  patchCentre,
  patchFlowOf,
  startFromCoarser,
  type DenseFlow,
  type PatchFlow,
} from './flow.js';
import { PATCH, STRIDE, type Level } from './inverse-search.js';
import type { LumaImage } from './luma.js';

/**
 * Where each cell of the frame of `toUs` was at `fromUs`. Cells lie on a regular grid over the whole frame (`height * width`, row-major, like a
 * MaskGrid whose viewport is the frame). `dx`, `dy` are frame pixels: the picture at cell centre c was at c + (dx, dy) at `fromUs`.
 */
export type FlowField = Size & {
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** 0..1: how well the old picture explains the new one here; near 0 where something was hidden or came into view, 0 outside the regions. */
  readonly confidence: Float32Array;
  readonly frame: Size;
  readonly fromUs: number;
  readonly toUs: number;
};

/** One remembered frame: its luma, halved again and again. */
export type Picture = { readonly timestampUs: number; readonly frame: Size; readonly levels: readonly Level[] };

/** What is remembered of the recent past: small pictures of the last two seconds, oldest first, none from before a cut. Immutable. */
export type MotionHistory = {
  readonly pictures: readonly Picture[];
  /** Counts cuts and jumps in time: a mask made before the newest one cannot be carried past it. */
  readonly epoch: number;
};

export const emptyMotion: MotionHistory = { pictures: [], epoch: 0 };

/** How long pictures are remembered: a keyframe's answer may be this late. */
export const HISTORY_US = 2_000_000;
/** A longer gap between frames is a jump: too much may have happened unseen. (A shared screen that does not change sends no frames.) */
const JUMP_US = 5_000_000;
const MAX_PICTURES = 64;
const NONE: ReadonlySet<number> = new Set();
/** Most pictures between that a measurement without a start goes through. */
const MOST_STEPS = 4;

/**
 * Adds the luma of a new frame. A backward or large jump in time, a change of frame size or a scene cut forgets what was before.
 * @param keep times to remember however old they are: frames that a mask or an unanswered tap belongs to
 */
export function observeLuma(history: MotionHistory, luma: LumaImage, keep: ReadonlySet<number> = NONE): MotionHistory {
  const picture: Picture = { timestampUs: luma.timestampUs, frame: luma.frame, levels: pyramid(luma) };
  const last = history.pictures.at(-1);
  if (last === undefined) return { ...history, pictures: [picture] };
  if (last.timestampUs === picture.timestampUs) return history;
  if (isBreak(last, picture)) return { pictures: [picture], epoch: history.epoch + 1 };
  const oldest = picture.timestampUs - HISTORY_US;
  const kept = history.pictures.filter((p) => p.timestampUs >= oldest || keep.has(p.timestampUs));
  const surplus = kept.length + 1 - MAX_PICTURES;
  const pictures = surplus > 0 ? kept.filter((p, index) => index >= surplus || keep.has(p.timestampUs)) : kept;
  return { ...history, pictures: [...pictures, picture] };
}

function pyramid(luma: LumaImage): Level[] {
  const levels: Level[] = [{ width: luma.width, height: luma.height, data: luma.data }];
  for (let level = levels[0]!; Math.min(level.width, level.height) >= 4 * PATCH;) {
    level = halve(level);
    levels.push(level);
  }
  return levels;
}

function isBreak(last: Picture, next: Picture): boolean {
  const elapsed = next.timestampUs - last.timestampUs;
  if (elapsed < 0 || elapsed > JUMP_US) return true;
  if (last.frame.width !== next.frame.width || last.frame.height !== next.frame.height) return true;
  return isCut(last.levels.at(-1)!, next.levels.at(-1)!);
}

/** A cut changes the layout of the picture and its histogram at once; camera motion leaves the histogram, a flash leaves the layout. */
function isCut(a: Level, b: Level): boolean {
  const n = a.data.length;
  const bins = new Int32Array(16);
  let difference = 0;
  for (let i = 0; i < n; i++) {
    const [va, vb] = [a.data[i]!, b.data[i]!];
    difference += Math.abs(va - vb);
    bins[va >> 4] = bins[va >> 4]! + 1;
    bins[vb >> 4] = bins[vb >> 4]! - 1;
  }
  let moved = 0;
  for (const bin of bins) moved += Math.abs(bin);
  return difference / n > 28 && moved / (2 * n) > 0.3;
}

export type FlowOptions = {
  /** The frame to carry to; the newest when left out. It may be older than `fromUs`. */
  readonly toUs?: number;
  /** The last answer for the same `fromUs`, to start from; anything else is ignored. */
  readonly previous?: FlowField | null;
  /** Most patches matched at one level; divide it among the flows of one frame. */
  readonly budget?: number;
};

/**
 * Backward dense flow from the frame of `toUs` to the frame of `fromUs` (dense inverse search, Kroeger et al. 2016,
 * https://arxiv.org/abs/1603.03590), computed where the picture of `regions` is now.
 * @param regions boxes of what will be carried, at `fromUs`, frame pixels; margins are added here
 * @returns null when one of the two frames is not remembered: what was there cannot be carried
 */
export function flowTo(
  history: MotionHistory,
  fromUs: number,
  regions: readonly Box[],
  { toUs, previous = null, budget = FLOW_BUDGET }: FlowOptions = {},
): FlowField | null {
  const at = (timeUs: number): Picture | undefined =>
    history.pictures.find((picture) => picture.timestampUs === timeUs);
  const now = toUs === undefined ? history.pictures.at(-1) : at(toUs);
  const then = at(fromUs);
  if (now === undefined || then === undefined) return null;
  if (now === then) return stillField(now);
  const fits = previous !== null && previous.fromUs === fromUs && previous.toUs !== fromUs;
  const start = fits ? previous : approach(history.pictures, now, then, regions, budget);
  return fieldBetween(now, then, regions, start, budget);
}

/** Nothing to start from: the motion is followed through a few of the pictures between, each started from the one before. Null where there are none. */
function approach(
  pictures: readonly Picture[],
  now: Picture,
  then: Picture,
  regions: readonly Box[],
  budget: number,
): FlowField | null {
  const between = pictures.slice(pictures.indexOf(then) + 1, Math.max(0, pictures.indexOf(now)));
  const steps = Math.min(MOST_STEPS, between.length);
  return Array.from({ length: steps }, (_, i) => between[Math.floor(((i + 0.5) * between.length) / steps)]!).reduce(
    (start: FlowField | null, picture) => fieldBetween(picture, then, regions, start, budget),
    null,
  );
}

function fieldBetween(
  now: Picture,
  then: Picture,
  regions: readonly Box[],
  start: FlowField | null,
  budget: number,
): FlowField {
  const { flow, level } = searchLevels(now, then, regions, start, budget);
  const shrink = level + 1 < now.levels.length ? 2 : 1;
  const spread = level + shrink - 1;
  return toField(densify(now.levels[spread]!, then.levels[spread]!, flow, shrink), now, then);
}

const stillField = (picture: Picture): FlowField => {
  const { width, height } = picture.levels.at(-1)!;
  const cells = width * height;
  return {
    width,
    height,
    dx: new Float32Array(cells),
    dy: new Float32Array(cells),
    confidence: new Float32Array(cells).fill(1),
    frame: picture.frame,
    fromUs: picture.timestampUs,
    toUs: picture.timestampUs,
  };
};

/** Most patches matched at one level: a large object is measured one level coarser, where it still has as many patches as a small one. */
export const FLOW_BUDGET = 220;
/** What each flow gets at least, however many are measured on one frame. */
export const LEAST_BUDGET = 70;

function searchLevels(
  now: Picture,
  then: Picture,
  regions: readonly Box[],
  previous: FlowField | null,
  budget: number,
): { flow: PatchFlow; level: number } {
  let level = now.levels.length - 1;
  const top = now.levels[level]!;
  const still = patchFlowOf(top);
  still.u.fill(0);
  still.v.fill(0);
  let flow = matchLevel(
    top,
    then.levels[level]!,
    [still, ...warmStart(previous, top)],
    new Uint8Array(still.u.length).fill(1),
  );
  while (level > 0) {
    const finer = now.levels[level - 1]!;
    const start = startFromCoarser(flow, finer);
    const wanted = landingPatches(start, regions, finer, now.frame);
    if (wanted.reduce((sum, one) => sum + one, 0) > budget) break;
    level--;
    flow = matchLevel(finer, then.levels[level]!, [start, ...warmStart(previous, finer)], wanted);
  }
  return { flow, level };
}

/** The last answer for the same past frame, read at the patches of a level: what moved then is likely to move on. */
function warmStart(previous: FlowField | null, level: Level): PatchFlow[] {
  if (previous === null) return [];
  const start = patchFlowOf(level);
  const { width, height, frame, dx, dy, confidence } = previous;
  for (let row = 0, i = 0; row < start.rows; row++) {
    const y = Math.min(height - 1, Math.floor((patchCentre(row) * height) / level.height));
    for (let column = 0; column < start.columns; column++, i++) {
      const at = y * width + Math.min(width - 1, Math.floor((patchCentre(column) * width) / level.width));
      if (confidence[at] === 0) continue;
      start.u[i] = (dx[at]! * level.width) / frame.width;
      start.v[i] = (dy[at]! * level.height) / frame.height;
    }
  }
  return [start];
}

/** 1 for every patch whose picture was in or near one of the regions. */
function landingPatches(
  { columns, rows, u, v }: PatchFlow,
  regions: readonly Box[],
  level: Level,
  frame: Size,
): Uint8Array {
  const [scaleX, scaleY] = [frame.width / level.width, frame.height / level.height];
  const areas = regions.map((box) => withMargin(box, PATCH * scaleX, PATCH * scaleY));
  const wanted = new Uint8Array(columns * rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const x = (patchCentre(column) + (Number.isNaN(u[i]!) ? 0 : u[i]!)) * scaleX;
      const y = (patchCentre(row) + (Number.isNaN(v[i]!) ? 0 : v[i]!)) * scaleY;
      if (areas.some((box) => x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1)) wanted[i] = 1;
    }
  }
  return wanted;
}

function withMargin(box: Box, x: number, y: number): Box {
  const [marginX, marginY] = [0.08 * boxWidth(box) + x, 0.08 * boxHeight(box) + y];
  return { x0: box.x0 - marginX, y0: box.y0 - marginY, x1: box.x1 + marginX, y1: box.y1 + marginY };
}

/** Patches that cover a pixel, on average. */
const COVER = (PATCH / STRIDE) ** 2;

/** Turns sums into means and level pixels into frame pixels, in place. */
function toField(dense: DenseFlow, now: Picture, then: Picture): FlowField {
  const { width, height, u, v, weight } = dense;
  const [scaleX, scaleY] = [now.frame.width / width, now.frame.height / height];
  for (let i = dense.top * width; i < dense.bottom * width; i++) {
    const w = weight[i]!;
    if (w === 0) continue;
    u[i] = (u[i]! / w) * scaleX;
    v[i] = (v[i]! / w) * scaleY;
    // Fewer patches than usual cover a pixel at the border of what was matched, where less is known.
    weight[i] = Math.min(1, w / COVER);
  }
  return {
    width,
    height,
    dx: u,
    dy: v,
    confidence: weight,
    frame: now.frame,
    fromUs: then.timestampUs,
    toUs: now.timestampUs,
  };
}
