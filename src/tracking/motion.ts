import { boxHeight, boxWidth, type Box, type Size } from '../shared/geometry.js';
import { densify, guessFromCoarser, halve, matchLevel, type DenseFlow, type Guess } from './flow.js';
import { PATCH, type Level, type PatchFlow } from './inverse-search.js';
import type { LumaImage } from './luma.js';

/**
 * Where each cell of the newest frame was at `fromUs`. Cells lie on a regular grid over the whole frame (`height * width`, row-major, like a
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
  for (let level = levels[0]!; Math.min(level.width, level.height) >= 4 * PATCH; ) {
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

/**
 * Backward dense flow from the newest frame to the frame of `fromUs` (dense inverse search, Kroeger et al. 2016,
 * https://arxiv.org/abs/1603.03590), computed where the picture of `regions` is now.
 * @param regions boxes at `fromUs`, frame pixels; margins are added here
 * @param previous the last answer for the same `fromUs`, to start from; anything else is ignored
 * @returns null when the frame of `fromUs` is not remembered: what was there cannot be carried
 */
export function flowTo(
  history: MotionHistory,
  fromUs: number,
  regions: readonly Box[],
  previous: FlowField | null = null,
): FlowField | null {
  const now = history.pictures.at(-1);
  const then = history.pictures.find((picture) => picture.timestampUs === fromUs);
  if (now === undefined || then === undefined) return null;
  if (now === then) return stillField(now);
  const start = previous !== null && previous.fromUs === fromUs && previous.toUs !== fromUs ? previous : null;
  const { flow, level } = searchLevels(now, then, regions, start);
  return toField(densify(now.levels[level]!, then.levels[level]!, flow), now, then);
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

/** Most patches matched at one level: large objects are measured one level coarser, where they are as detailed as small ones are finer. */
const MAX_PATCHES = 1400;

function searchLevels(now: Picture, then: Picture, regions: readonly Box[], start: FlowField | null): { flow: PatchFlow; level: number } {
  let level = now.levels.length - 1;
  let flow = matchLevel(now.levels[level]!, then.levels[level]!, [still, ...warm(start, now, level)], () => true);
  while (level > 0) {
    const finer = level - 1;
    const wanted = landsIn(regions, now, finer);
    const coarse = guessFromCoarser(flow);
    if (countWanted(now.levels[finer]!, coarse, wanted) > MAX_PATCHES) break;
    flow = matchLevel(now.levels[finer]!, then.levels[finer]!, [coarse, ...warm(start, now, finer)], wanted);
    level = finer;
  }
  return { flow, level };
}

const still: Guess = () => ({ u: 0, v: 0 });

function warm(start: FlowField | null, now: Picture, level: number): Guess[] {
  if (start === null) return [];
  const { width, height } = now.levels[level]!;
  const [scaleX, scaleY] = [width / start.frame.width, height / start.frame.height];
  return [
    (x, y) => {
      const i =
        Math.min(start.height - 1, Math.floor((y / height) * start.height)) * start.width +
        Math.min(start.width - 1, Math.floor((x / width) * start.width));
      return start.confidence[i]! > 0 ? { u: start.dx[i]! * scaleX, v: start.dy[i]! * scaleY } : null;
    },
  ];
}

/** Whether a patch's picture was in or near one of the regions. */
function landsIn(regions: readonly Box[], picture: Picture, level: number): (x: number, y: number, u: number, v: number) => boolean {
  const { width, height } = picture.levels[level]!;
  const [scaleX, scaleY] = [width / picture.frame.width, height / picture.frame.height];
  const boxes = regions.map((box) => {
    const marginX = 0.08 * boxWidth(box) * scaleX + PATCH;
    const marginY = 0.08 * boxHeight(box) * scaleY + PATCH;
    return {
      x0: box.x0 * scaleX - marginX,
      y0: box.y0 * scaleY - marginY,
      x1: box.x1 * scaleX + marginX,
      y1: box.y1 * scaleY + marginY,
    };
  });
  return (x, y, u, v) => boxes.some((b) => x + u >= b.x0 && x + u < b.x1 && y + v >= b.y0 && y + v < b.y1);
}

function countWanted(level: Level, coarse: Guess, wanted: (x: number, y: number, u: number, v: number) => boolean): number {
  let count = 0;
  for (let y = PATCH / 2; y < level.height - PATCH / 2; y += 4) {
    for (let x = PATCH / 2; x < level.width - PATCH / 2; x += 4) {
      const guess = coarse(x, y) ?? { u: 0, v: 0 };
      if (wanted(x, y, guess.u, guess.v)) count++;
    }
  }
  return count;
}

function toField(dense: DenseFlow, now: Picture, then: Picture): FlowField {
  const { width, height, u, v, error, weight } = dense;
  const [scaleX, scaleY] = [now.frame.width / width, now.frame.height / height];
  const confidence = new Float32Array(u.length);
  for (let i = 0; i < u.length; i++) {
    if (weight[i] === 0) continue;
    confidence[i] = Math.max(0.01, 1 / (1 + (error[i]! / 12) ** 2));
    u[i] = u[i]! * scaleX;
    v[i] = v[i]! * scaleY;
  }
  return { width, height, dx: u, dy: v, confidence, frame: now.frame, fromUs: then.timestampUs, toUs: now.timestampUs };
}
