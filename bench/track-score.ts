import type { Size } from '../src/shared/geometry.js';
import type { MaskGrid } from '../src/shared/mask.js';
import type { ObjectId } from '../src/shared/pipeline-api.js';
import { carryMask } from '../src/tracking/carry.js';
import { lumaFromRgba, lumaSizeOf, type LumaImage } from '../src/tracking/luma.js';
import { maskShape } from '../src/tracking/mask-geometry.js';
import { emptyMotion, flowTo, observeLuma } from '../src/tracking/motion.js';
import { boundaryF } from './measures/boundary.js';
import { changeBetween, flickerOf, type Change, type Pair } from './measures/flicker.js';
import { gridOf } from './measures/grid.js';
import { mean } from './measures/mean.js';
import { recovery, type RecoveryFrame } from './measures/recovery.js';
import { jaccard } from './measures/region.js';
import { bitsOfRuns } from './measures/runs.js';
import { areaOf, bitsOf, ignoredOf, loadLabels, type Bits } from './measures/truth.js';
import type { ClipResult, ClipRun, ObjectResult, ShownObject } from './track-contract.js';
import type { Film, Player, Shown } from './track-player.js';
import { Sheet } from './track-sheet.js';

export type ClipShown = {
  readonly run: ClipRun;
  readonly film: Film;
  /** Values of the objects in the truth, and at the same index their ids in the pipeline. */
  readonly objects: readonly number[];
  readonly ids: readonly ObjectId[];
  readonly shown: readonly Shown[];
  readonly posted: Player['posted'];
  readonly size: Size;
  /** How many frames were given while it was measured. */
  readonly played: number;
};

type Scores = Pick<ClipResult, 'objects' | 'frames' | 'dropped' | 'shownFps' | 'maskAgeMs' | 'delayMs' | 'sheet'>;

/** What is kept of one object from frame to frame. */
type Series = {
  readonly id: number;
  readonly shown: ShownObject[];
  readonly stillJ: number[];
  readonly changes: Change[];
  readonly recovery: RecoveryFrame[];
  firstMask: Bits | null;
  firstArea: number;
  before: Pair | null;
};

/** Compares every shown frame with its truth, one after another. */
export async function scoreClip(clip: ClipShown, onProgress: (done: number) => void): Promise<Scores> {
  const { run, film, objects, ids, shown, posted, size, played } = clip;
  const sheet = run.sheet ? new Sheet(shown.length, size) : null;
  const series = objects.map((id): Series => ({
    id,
    shown: [],
    stillJ: [],
    changes: [],
    recovery: [],
    firstMask: null,
    firstArea: 0,
    before: null,
  }));
  let lumaBefore: LumaImage | null = null;
  for (const [n, { timestampUs, mattes }] of shown.entries()) {
    const frame = posted.get(timestampUs)?.picture;
    if (frame === undefined) throw new Error(`A frame of ${timestampUs} µs was shown that was never given.`);
    const labels = await loadLabels(run.truths[frame]!);
    if (labels.width !== size.width || labels.height !== size.height)
      throw new Error(
        `The truth ${frame} has ${labels.width}x${labels.height} pixels, the first one ${size.width}x${size.height}.`,
      );
    const ignored = ignoredOf(labels, objects);
    const luma = await film.with(frame, (picture) => lumaOf(picture, size, timestampUs));
    const carry = carrier(lumaBefore, luma);
    const drawn = objects.map((object, i) => {
      const matte = mattes.get(ids[i]!);
      const isHidden = matte === undefined || matte.state === 'lost' || matte.state === 'pending';
      const mask = isHidden ? new Uint8Array(size.width * size.height) : bitsOfRuns(matte.runs);
      const truth = bitsOf(labels, object);
      const [J, F] = [jaccard(mask, truth, ignored), boundaryF(mask, truth, size, ignored)];
      const row: ShownObject = { frame, state: matte?.state ?? null, J, F, ageMs: isHidden ? 0 : matte.ageMs };
      addFrame(series[i]!, row, { mask, truth, ignored }, { carry, size, timestampUs, timeS: frame / run.frameRate });
      return { row, mask, truth };
    });
    await sheet?.add(n, film, frame, drawn);
    lumaBefore = luma;
    onProgress(n + 1);
  }
  const seconds = ((shown.at(-1)?.at ?? 0) - (shown[0]?.at ?? 0)) / 1000;
  const ages = series.flatMap((one) => one.shown.flatMap(({ state, ageMs }) => (isSeen(state) ? [ageMs] : [])));
  return {
    objects: series.map((one) => resultOf(one, run.frames.length)),
    frames: run.frames.length,
    dropped: played - shown.length,
    shownFps: Math.max(0, shown.length - 1) / Math.max(1e-3, seconds),
    maskAgeMs: mean(ages),
    delayMs: mean(shown.map(({ timestampUs, at }) => at - posted.get(timestampUs)!.at)),
    sheet: (await sheet?.toDataUrl()) ?? null,
  };
}

const isSeen = (state: ShownObject['state']): boolean => state !== null && state !== 'lost' && state !== 'pending';

function addFrame(
  series: Series,
  row: ShownObject,
  { mask, truth, ignored }: { mask: Bits; truth: Bits; ignored: Bits | null },
  at: { carry: (mask: MaskGrid) => MaskGrid | null; size: Size; timestampUs: number; timeS: number },
): void {
  const area = areaOf(truth);
  if (series.firstMask === null) {
    series.firstMask = mask;
    series.firstArea = area;
  }
  series.shown.push(row);
  series.stillJ.push(jaccard(series.firstMask, truth, ignored));
  series.recovery.push({
    timeS: at.timeS,
    state: row.state,
    iou: area === 0 ? 0 : row.J,
    truthShare: area / Math.max(1, series.firstArea),
  });
  const now: Pair | null =
    area === 0 || areaOf(mask) === 0
      ? null
      : { mask: gridOf(mask, at.size, at.timestampUs), truth: gridOf(truth, at.size, at.timestampUs) };
  const change = series.before === null || now === null ? null : changeBetween(series.before, now, at.carry, at.size);
  if (change !== null) series.changes.push(change);
  series.before = now;
}

function resultOf({ id, shown, stillJ, changes, recovery: seen }: Series, frames: number): ObjectResult {
  const isJudged = (_: unknown, i: number): boolean => {
    const { frame } = shown[i]!;
    return frame > 0 && frame < frames - 1;
  };
  const judged = shown.filter(isJudged);
  return {
    id,
    J: mean(judged.map(({ J }) => J)),
    F: mean(judged.map(({ F }) => F)),
    flicker: flickerOf(changes),
    recovery: recovery(seen),
    firstMaskJ: mean(stillJ.filter(isJudged)),
    shown,
  };
}

function lumaOf(picture: ImageBitmap, frame: Size, timestampUs: number): LumaImage {
  const size = lumaSizeOf(frame);
  const context = contextOf(size);
  context.imageSmoothingQuality = 'medium';
  context.drawImage(picture, 0, 0, size.width, size.height);
  return lumaFromRgba(context.getImageData(0, 0, size.width, size.height).data, size, frame, timestampUs);
}

function contextOf(size: Size): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2D canvas.');
  return context;
}

/** Carries masks from the frame before to this one; null across a cut. */
function carrier(before: LumaImage | null, now: LumaImage): (mask: MaskGrid) => MaskGrid | null {
  const history = before === null ? emptyMotion : observeLuma(observeLuma(emptyMotion, before), now);
  return (mask) => {
    const box = maskShape(mask)?.box;
    const flow = box === undefined ? null : flowTo(history, mask.timestampUs, [box]);
    return flow === null ? null : carryMask(mask, flow);
  };
}
