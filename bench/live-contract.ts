import type { Point } from '../src/shared/geometry.js';
import type { Backend, StageName, StageTiming } from '../src/shared/pipeline-api.js';

export type LiveRun = {
  /** Where to tap on the camera's first frames, frame pixels. */
  readonly tap: Point;
  /** Lines of the camera's picture. */
  readonly height: number;
  /** Between the first mask and the start of the measurement. */
  readonly settleSeconds: number;
  readonly seconds: number;
};

/** Means over the measured time, unless a name says otherwise. Times in ms. */
export type LiveResult = {
  readonly sourceFps: number;
  readonly shownFps: number;
  /** Of those that arrived in the measured time. */
  readonly droppedFrames: number;
  readonly keyframesPerSecond: number;
  /** While the object was followed: the age of the last mask of a lost one only grows. */
  readonly maskAgeMs: number;
  /** Tasks of more than 50 ms on the page's thread. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** `p50` and `p95`: medians of the pipeline's own two-second figures. */
  readonly stages: Readonly<Partial<Record<StageName, StageTiming>>>;
  readonly firstMaskMs: number;
  /** Share of the measured time in which the object was followed, 0..1. */
  readonly followed: number;
  readonly inputSize: number;
  readonly backend: Backend | null;
  readonly poolSize: number;
  readonly threads: number;
  readonly lowered: readonly string[];
  readonly cores: number;
  readonly seconds: number;
};

declare global {
  interface Window {
    runLive(run: LiveRun): Promise<LiveResult>;
  }
}
