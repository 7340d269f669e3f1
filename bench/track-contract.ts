import type { FrameLedger, ObjectState, PipelineSettings, PipelineStats } from '../src/shared/pipeline-api.js';
import type { Recovery } from './measures/recovery.js';

/** What is said about each object on the first frame: its truth, the box around it, a tap on its deepest point; or people mode, which asks nothing. */
export type ClipInit = 'mask' | 'box' | 'tap' | 'people';

/** A clip given to the pipeline as a camera would in *live* mode, frame by frame in *lockstep*. */
export type ClipRun = {
  /** Addresses of the pictures, in order. All of one size. */
  readonly frames: readonly string[];
  /** Address of the truth of each frame, a PNG: binary, or a map of instance ids. Every object of the first one is followed. */
  readonly truths: readonly string[];
  readonly frameRate: number;
  readonly init: ClipInit;
  readonly settings: Partial<PipelineSettings>;
  /** Draw a contact sheet. */
  readonly sheet: boolean;
};

/** One object on one frame that was shown. */
export type ShownObject = {
  /** Index into `ClipRun.frames`. */
  readonly frame: number;
  /** Null when the object had no mask there. */
  readonly state: ObjectState | null;
  readonly J: number;
  readonly F: number;
  /** Of the mask; 0 where there is none. */
  readonly ageMs: number;
};

/** Means over the shown frames but the clip's first and last. */
export type ObjectResult = {
  /** Its value in the truth. */
  readonly id: number;
  readonly J: number;
  readonly F: number;
  /** Null where nothing could be compared. */
  readonly flicker: number | null;
  readonly recovery: Recovery;
  /** What its first mask would score if it stayed where it was. */
  readonly firstMaskJ: number;
  readonly shown: readonly ShownObject[];
};

export type ClipResult = {
  readonly objects: readonly ObjectResult[];
  readonly frames: number;
  /** Frames that were never on screen; they are not scored. */
  readonly dropped: number;
  readonly shownFps: number;
  readonly keyframesPerSecond: number;
  /** Of the masks shown. */
  readonly maskAgeMs: number;
  /** From giving a frame to the pipeline until it was drawn. */
  readonly delayMs: number;
  /** From the prompts to the first masks, while the camera stood still on the first frame. */
  readonly firstMaskMs: number;
  readonly stats: PipelineStats;
  readonly ledger: FrameLedger;
  /** A PNG as a data address. */
  readonly sheet: string | null;
};

export type ClipProgress = { readonly doing: 'loading' | 'playing' | 'scoring'; readonly done: number };

declare global {
  interface Window {
    runClip(run: ClipRun): Promise<ClipResult>;
    /** How far the run is, `done` in frames of what it is doing. */
    clipProgress: ClipProgress;
  }
}
