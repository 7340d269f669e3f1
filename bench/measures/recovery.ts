import type { ObjectState } from '../../src/shared/pipeline-api.js';

/** One frame of one object: what is shown, and what is true. */
export type RecoveryFrame = {
  readonly timeS: number;
  /** Null while there is no object yet. */
  readonly state: ObjectState | null;
  /** Intersection over union of the shown mask with the truth of this frame, 0..1; 0 where nothing is shown. */
  readonly iou: number;
  /** How much of the object is in sight, as a share of what is usually in sight, 0..1 and more. */
  readonly truthShare: number;
};

export type Recovery = {
  /** How often it came into sight after an absence. */
  readonly reappearances: number;
  /** Share of them after which it was found again within a second, 0..1; 1 where there was none. */
  readonly foundWithin1s: number;
  /** Times that something else was shown as the object after a loss, as a share of all re-finds, right and wrong, 0..1. */
  readonly wrong: number;
  /** Share of all frames on which the object is said to be unsure, 0..1. */
  readonly unsureShare: number;
  /** What the shares are made of, to add up over clips. */
  readonly counts: RecoveryCounts;
};

export type RecoveryCounts = {
  readonly reappearances: number;
  readonly foundInTime: number;
  readonly rightFinds: number;
  readonly wrongFinds: number;
  readonly unsure: number;
  readonly frames: number;
};

/** Below this share it is out of sight, from that one on in sight again; between them nothing is asked. */
const GONE = 0.05;
const IN_SIGHT = 0.25;
const ABSENCE_S = 0.4;
const IN_TIME_S = 1;
const RIGHT_IOU = 0.5;
const WRONG_IOU = 0.1;
const WRONG_FRAMES = 3;

const isSure = ({ state }: RecoveryFrame): boolean => state === 'tracking' || state === 'found';
const isRight = (frame: RecoveryFrame): boolean => isSure(frame) && frame.iou >= RIGHT_IOU;
const isWrong = (frame: RecoveryFrame): boolean => isSure(frame) && (frame.truthShare < GONE || frame.iou < WRONG_IOU);

/**
 * How well one object that goes out of sight is found again.
 *
 * It has come back when it is in sight after at least 0.4 s out of sight; it is found in time when within 1 s from then a mask is shown as sure
 * (`tracking` or `found`) whose IoU is at least 0.5. An absence that lasts to the end of the clip asks nothing.
 *
 * A loss begins when the state becomes `lost`, or when the object has been out of sight for 0.4 s whatever the state says, and ends with the first right
 * mask. Each time in between that at least three frames in a row show a mask as sure while the object is out of sight, or with an IoU below 0.1, is
 * a wrong re-find.
 */
export function recovery(frames: readonly RecoveryFrame[]): Recovery {
  const counts = { ...countReappearances(frames), ...countFinds(frames), ...countUnsure(frames) };
  return recoveryOf(counts);
}

/** The shares of several objects or clips together. */
export function totalRecovery(parts: readonly Recovery[]): Recovery {
  const sum = (key: keyof RecoveryCounts): number => parts.reduce((total, { counts }) => total + counts[key], 0);
  return recoveryOf({
    reappearances: sum('reappearances'),
    foundInTime: sum('foundInTime'),
    rightFinds: sum('rightFinds'),
    wrongFinds: sum('wrongFinds'),
    unsure: sum('unsure'),
    frames: sum('frames'),
  });
}

function recoveryOf(counts: RecoveryCounts): Recovery {
  const { reappearances, foundInTime, rightFinds, wrongFinds, unsure, frames } = counts;
  return {
    reappearances,
    foundWithin1s: reappearances === 0 ? 1 : foundInTime / reappearances,
    wrong: wrongFinds / Math.max(1, rightFinds + wrongFinds),
    unsureShare: unsure / Math.max(1, frames),
    counts,
  };
}

function countReappearances(frames: readonly RecoveryFrame[]): { reappearances: number; foundInTime: number } {
  let [reappearances, foundInTime] = [0, 0];
  let gone = 0;
  frames.forEach((frame, i) => {
    if (frame.truthShare < GONE) gone += secondsAt(frames, i);
    if (frame.truthShare < IN_SIGHT) return;
    if (gone >= ABSENCE_S) {
      reappearances++;
      const inTime = frames.slice(i).filter(({ timeS }) => timeS <= frame.timeS + IN_TIME_S);
      if (inTime.some(isRight)) foundInTime++;
    }
    gone = 0;
  });
  return { reappearances, foundInTime };
}

function countFinds(frames: readonly RecoveryFrame[]): { rightFinds: number; wrongFinds: number } {
  let [rightFinds, wrongFinds] = [0, 0];
  let [gone, wrongInARow] = [0, 0];
  let isLost = false;
  frames.forEach((frame, i) => {
    gone = frame.truthShare < GONE ? gone + secondsAt(frames, i) : 0;
    if (frame.state === 'lost' || gone >= ABSENCE_S) isLost = true;
    if (isLost && isRight(frame)) {
      rightFinds++;
      isLost = false;
    }
    wrongInARow = isLost && isWrong(frame) ? wrongInARow + 1 : 0;
    if (wrongInARow === WRONG_FRAMES) wrongFinds++;
  });
  return { rightFinds, wrongFinds };
}

const countUnsure = (frames: readonly RecoveryFrame[]): { unsure: number; frames: number } => ({
  unsure: frames.filter(({ state }) => state === 'unsure').length,
  frames: frames.length,
});

/** How long a frame stands: until the next one. */
const secondsAt = (frames: readonly RecoveryFrame[], i: number): number =>
  (frames[i + 1]?.timeS ?? frames[i]!.timeS) - frames[i]!.timeS;
