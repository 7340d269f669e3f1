/**
 * The one typed boundary between the page and the pipeline worker (exposed with Comlink). Only small facts come back:
 * pixels and masks stay in the worker, except where a caller asks to measure them ({@link PipelineApi.observeMasks}).
 */
import type { Effects } from './effects.js';
import type { Problem, Result } from './errors.js';
import type { FrameFeed, SourceInfo } from './frame.js';
import type { Box, Point, Size } from './geometry.js';
import type { UserPrompt } from './prompt.js';
import type { RecordingSupport, StoredRecording } from './recording.js';

export type ObjectId = number;

/** The most objects that can be followed at once. */
export const MAX_OBJECTS = 16;

/** `found` lasts a moment after an object that was lost is found again; `pending` until the first mask is there. */
export type ObjectState = 'pending' | 'tracking' | 'unsure' | 'lost' | 'found';

export type ObjectKind = 'prompted' | 'people';

export type ObjectSummary = {
  readonly id: ObjectId;
  readonly kind: ObjectKind;
  readonly name: string;
  readonly colour: string;
  readonly visible: boolean;
  readonly state: ObjectState;
  /** Predicted IoU of the shown mask, 0..1; 0 while pending. */
  readonly score: number;
  /** Box of the newest mask, frame pixels; null while there is none. */
  readonly box: Box | null;
  /** What the person said, frame pixels of the frame it was said on. */
  readonly prompts: readonly UserPrompt[];
  /** Predicted IoU of each candidate of the last tap, best reading first chosen; empty for people. */
  readonly candidateScores: readonly number[];
  /** Index into `candidateScores` of the shown one. */
  readonly chosenCandidate: number;
};

export type Backend = 'webgpu' | 'wasm-threads' | 'wasm';

export type StageName =
  'motion' | 'carry' | 'matte' | 'composite' | 'record' | 'frame' | 'pixels' | 'encode' | 'decode' | 'keyframe';

export type StageTiming = { readonly p50: number; readonly p95: number; readonly count: number };

/** Measured over the last two seconds. Times in ms. */
export type PipelineStats = {
  readonly sourceFps: number;
  readonly shownFps: number;
  /** Since the source was set. */
  readonly receivedFrames: number;
  readonly droppedFrames: number;
  readonly keyframesPerSecond: number;
  /** Time between the frame shown and the frame of the oldest mask drawn on it (lost objects aside); 0 when nothing is followed. */
  readonly maskAgeMs: number;
  /** How many frames later than it came a frame is shown now. */
  readonly delayFrames: number;
  readonly stages: Readonly<Partial<Record<StageName, StageTiming>>>;
  /** Longer side of the model's input, pixels. */
  readonly inputSize: number;
  readonly backend: Backend | null;
  readonly poolSize: number;
  readonly threads: number;
  /** Inference workers that died and were replaced since the start; their work was done again. */
  readonly replacedWorkers: number;
  /** What was lowered to keep up, and why; empty when nothing was. */
  readonly lowered: readonly string[];
};

export type RecordingFormat = 'webm' | 'mp4';

export type RecordingProgress = {
  readonly state: 'idle' | 'recording' | 'paused' | 'finishing';
  readonly elapsedMs: number;
  readonly bytes: number;
  readonly droppedFrames: number;
};

export type RecordingOptions = {
  readonly format: RecordingFormat;
  /** Encoded audio source of the clip: raw audio from the page, or null for a silent clip. */
  readonly audio: ReadableStream<AudioData> | null;
  /** Where to write while recording; null = private storage of this site, or memory where there is none. */
  readonly saveTo: FileSystemFileHandle | null;
};

export type RecordedClip = {
  /** Backed by disk where the browser allows it. Null when it was written to the file that the person chose. */
  readonly file: File | null;
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly durationMs: number;
  readonly frames: number;
  readonly droppedFrames: number;
};

export type PipelineSettings = {
  /** Inference workers; `auto` follows the number of cores. */
  readonly poolSize: number | 'auto';
  /** WASM threads in each inference worker. */
  readonly threads: number | 'auto';
  /** Longer side of the model's input, a multiple of 32; `auto` follows the measured budget. */
  readonly inputSize: number | 'auto';
  readonly backend: Backend | 'auto';
  /**
   * `live`: the picture never waits for the model; a late mask is carried to the frame it is drawn on.
   * `lockstep`: every frame waits for its own mask; nothing is dropped; the result is reproducible.
   */
  readonly mode: 'live' | 'lockstep';
  /**
   * How many frames later than it came a frame is shown in live mode, so that its own mask can be ready. `auto`: as many as a keyframe takes, but
   * no longer than 66 ms.
   */
  readonly displayDelay: 0 | 1 | 2 | 'auto';
  /**
   * What live mode does about a mask that is late. `carry` takes it along to the frame shown. The other two are what else is done on the web, to
   * compare with: `stale` paints the newest mask where it was, `wait` keeps every frame back until its own mask is there, and drops what comes
   * meanwhile.
   */
  readonly lateMasks: 'carry' | 'stale' | 'wait';
};

export const DEFAULT_SETTINGS: PipelineSettings = {
  poolSize: 'auto',
  threads: 'auto',
  inputSize: 'auto',
  backend: 'auto',
  mode: 'live',
  displayDelay: 'auto',
  lateMasks: 'carry',
};

export type PipelineEvent =
  | { readonly kind: 'loading'; readonly loadedBytes: number; readonly totalBytes: number; readonly what: string }
  | { readonly kind: 'ready'; readonly backend: Backend }
  | {
      readonly kind: 'objects';
      readonly objects: readonly ObjectSummary[];
      readonly canUndo: boolean;
      readonly canRedo: boolean;
    }
  /** A cut-out picture of one object, at most 96 px on its longer side. The receiver closes it. */
  | { readonly kind: 'thumbnail'; readonly id: ObjectId; readonly bitmap: ImageBitmap }
  /** Small pictures of the candidates of one object, in the order of `candidateScores`. The receiver closes them. */
  | { readonly kind: 'candidates'; readonly id: ObjectId; readonly bitmaps: readonly ImageBitmap[] }
  | { readonly kind: 'stats'; readonly stats: PipelineStats }
  | { readonly kind: 'recording'; readonly progress: RecordingProgress }
  /** `closed` frames should equal `opened` after `clearSource`. */
  | { readonly kind: 'source-ended'; readonly opened: number; readonly closed: number }
  | { readonly kind: 'problem'; readonly problem: Problem };

export type FrameLedger = { readonly opened: number; readonly closed: number };

/** One displayed frame as measured on screen: for every object a matte of `size`, one byte a pixel, 0..255 alpha, after edge refinement. */
export type MaskObservation = {
  readonly timestampUs: number;
  readonly size: Size;
  /** When it was drawn: ms since the epoch, with fractions. */
  readonly shownAtMs: number;
  readonly mattes: readonly {
    readonly id: ObjectId;
    readonly alpha: Uint8Array;
    readonly state: ObjectState;
    /** Time between this frame and the one that the mask was made on, ms. */
    readonly ageMs: number;
  }[];
};

/** How what is on screen is to be measured. */
export type MaskObserverOptions = {
  /** {@link MaskObservation}s are posted here. */
  readonly port: MessagePort;
  readonly size: Size;
  /**
   * `at-once`: each frame's mattes are read back when it is shown, which costs the pipeline time. `afterwards`: frames and layers are kept in memory, and
   * drawn again and read when another observer or null takes over, so that measuring disturbs nothing.
   */
  readonly read: 'at-once' | 'afterwards';
};

export type PipelineStart = {
  /** The stage, drawn by the worker from now on. */
  readonly canvas: OffscreenCanvas;
  /** {@link PipelineEvent}s are posted here. */
  readonly events: MessagePort;
  readonly settings: PipelineSettings;
  /** Absolute URL under which models/, ort/ and people/ lie, with a trailing slash. */
  readonly baseUrl: string;
};

export interface PipelineApi {
  /** Loads and checks the model, starts the pool. Resolves once masks can be made; frames may be shown before that. */
  start(start: PipelineStart): Promise<Result<{ readonly backend: Backend }>>;
  configure(settings: PipelineSettings): Promise<Result<{ readonly backend: Backend }>>;

  /** Replaces the source; objects are dropped, a running recording goes on. */
  setSource(info: SourceInfo, feed: FrameFeed): Promise<void>;
  /** Stops reading, closes every frame, and says how many were opened and closed. */
  clearSource(): Promise<FrameLedger>;

  /** A new object from a first prompt. Resolves at once, before its mask is there (`pending`). */
  addObject(prompt: UserPrompt): Result<ObjectId>;
  /**
   * A new object from a mask of the picture on screen: one byte a pixel, row-major, 128 and more is inside; of the picture's size. Followed at once;
   * resolves when what the model had been asked by then is answered (in a still picture: how it looks has been learned).
   */
  addMask(mask: { readonly size: Size; readonly alpha: Uint8Array }): Promise<Result<ObjectId>>;
  /** The people in the picture as one object, without a tap. At most one of its kind. */
  addPeople(): Promise<Result<ObjectId>>;
  addPrompt(id: ObjectId, prompt: UserPrompt): void;
  chooseCandidate(id: ObjectId, index: number): void;
  removeObject(id: ObjectId): void;
  setVisible(id: ObjectId, visible: boolean): void;
  rename(id: ObjectId, name: string): void;
  select(id: ObjectId | null): void;
  undo(): void;
  redo(): void;
  /** Outlines the mask that a tap here would give, while the machine is fast enough; null ends it. */
  preview(point: Point | null): void;

  setEffects(effects: Effects): void;
  /** Takes the bitmap. */
  setBackgroundPicture(bitmap: ImageBitmap): void;
  /** Shows the untouched picture while true. */
  compare(on: boolean): void;

  startRecording(options: RecordingOptions): Promise<Result<null>>;
  pauseRecording(): void;
  resumeRecording(): void;
  stopRecording(): Promise<Result<RecordedClip>>;
  /** What this browser can record. */
  recordingSupport(): Promise<RecordingSupport>;
  /** Clips in this site's private storage that are not being written: unsaved ones survive a crash or a closed tab. */
  storedRecordings(): Promise<readonly StoredRecording[]>;
  /** Null when it is gone. */
  openRecording(fileName: string): Promise<File | null>;
  /** The person has a copy now; the stored one goes when the next recording starts. */
  markRecordingSaved(fileName: string): Promise<void>;
  forgetRecording(fileName: string): Promise<void>;

  /**
   * Measures what is on screen: a {@link MaskObservation} per displayed frame on the observer's port; null ends it.
   * @returns how many observations the observer before has sent
   */
  observeMasks(observer: MaskObserverOptions | null): number;
  stats(): PipelineStats;
  dispose(): Promise<FrameLedger>;
}
