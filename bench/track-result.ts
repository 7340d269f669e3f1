import type { PipelineStats } from '../src/shared/pipeline-api.js';
import { mean } from './measures/mean.js';
import { totalRecovery, type Recovery } from './measures/recovery.js';
import type { ClipResult, ObjectResult } from './track-contract.js';

/** Means over the objects of one sequence, or over sequences. Shares and J, F, JF 0..1; times in ms. */
export type Figures = {
  readonly J: number;
  readonly F: number;
  readonly JF: number;
  /** Change of the mask over the change of the truth; null where nothing could be compared. */
  readonly flicker: number | null;
  readonly recovery: Recovery;
  readonly shownFps: number;
  readonly keyframesPerSecond: number;
  readonly maskAgeMs: number;
  /** From giving a frame to the pipeline until it was drawn. */
  readonly delayMs: number;
  readonly frames: number;
  /** Frames that were never on screen. */
  readonly dropped: number;
};

export type SequenceResult = Figures & {
  readonly name: string;
  readonly objects: readonly ObjectResult[];
  /** What the pipeline said of itself when the clip ended: where its time went, and what its model looked at. */
  readonly pipeline: Pick<PipelineStats, 'stages' | 'inputSize' | 'backend'>;
};

export type TrackResult = Figures & { readonly perSequence: readonly SequenceResult[] };

const meanKnown = (values: readonly (number | null)[]): number | null => {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : mean(known);
};

type Measured = Pick<
  ClipResult,
  'objects' | 'shownFps' | 'keyframesPerSecond' | 'maskAgeMs' | 'delayMs' | 'frames' | 'dropped'
> & { readonly stats: SequenceResult['pipeline'] };

/** A sequence counts the mean of its objects. */
export function sequenceResult(name: string, clip: Measured): SequenceResult {
  const { objects, shownFps, keyframesPerSecond, maskAgeMs, delayMs, frames, dropped, stats } = clip;
  const { stages, inputSize, backend } = stats;
  const [J, F] = [mean(objects.map((object) => object.J)), mean(objects.map((object) => object.F))];
  return {
    name,
    J,
    F,
    JF: (J + F) / 2,
    flicker: meanKnown(objects.map(({ flicker }) => flicker)),
    recovery: totalRecovery(objects.map(({ recovery }) => recovery)),
    shownFps,
    keyframesPerSecond,
    maskAgeMs,
    delayMs,
    frames,
    dropped,
    objects,
    pipeline: { stages, inputSize, backend },
  };
}

/** Every sequence counts the same, however long; recoveries, frames and drops are added up. */
export function trackResult(perSequence: readonly SequenceResult[]): TrackResult {
  const over = (of: (sequence: SequenceResult) => number): number => mean(perSequence.map(of));
  const sum = (of: (sequence: SequenceResult) => number): number =>
    perSequence.reduce((total, sequence) => total + of(sequence), 0);
  return {
    J: over(({ J }) => J),
    F: over(({ F }) => F),
    JF: over(({ JF }) => JF),
    flicker: meanKnown(perSequence.map(({ flicker }) => flicker)),
    recovery: totalRecovery(perSequence.map(({ recovery }) => recovery)),
    shownFps: over(({ shownFps }) => shownFps),
    keyframesPerSecond: over(({ keyframesPerSecond }) => keyframesPerSecond),
    maskAgeMs: over(({ maskAgeMs }) => maskAgeMs),
    delayMs: over(({ delayMs }) => delayMs),
    frames: sum(({ frames }) => frames),
    dropped: sum(({ dropped }) => dropped),
    perSequence,
  };
}
