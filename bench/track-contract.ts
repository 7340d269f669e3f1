import type { Point } from '../src/shared/geometry.js';
import type { FrameLedger, PipelineSettings, PipelineStats } from '../src/shared/pipeline-api.js';

/** A clip played as a camera would: frames come at their time whether or not anyone is ready. */
export type ClipRun = {
  /** Addresses of the pictures, in order. All of one size. */
  readonly frames: readonly string[];
  /** Address of the truth of each frame: white is the object. Null: nothing is known, IoU is not measured. */
  readonly truths: readonly string[] | null;
  readonly frameRate: number;
  /** Where to tap: `deepest` = the deepest point of the first frame's truth; `people` = no tap, people mode. */
  readonly tap: Point | 'deepest' | 'people';
  readonly settings: Partial<PipelineSettings>;
};

/** One shown frame. */
export type ShownFrame = {
  /** Index into `ClipRun.frames`. */
  readonly frame: number;
  /** Null when nothing is known or the object has no matte. */
  readonly iou: number | null;
  /** Share of the frame that the matte covers. */
  readonly coverage: number;
  readonly ageMs: number;
};

export type ClipResult = {
  readonly shown: readonly ShownFrame[];
  /** Mean IoU of the shown frames; a shown frame without a matte counts 0. Null without truth. */
  readonly meanIou: number | null;
  /** What the first shown mask would score if it stayed where it was. */
  readonly firstMaskIou: number | null;
  /** From the tap to the first matte, while the camera stood still on the first frame. */
  readonly firstMaskMs: number;
  readonly stats: PipelineStats;
  readonly ledger: FrameLedger;
};

declare global {
  interface Window {
    runClip(run: ClipRun): Promise<ClipResult>;
  }
}
