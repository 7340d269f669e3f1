import type { CameraChoice } from '../capture/camera.js';
import { DEFAULT_EFFECTS, type Effects } from '../shared/effects.js';
import type { Problem } from '../shared/errors.js';
import type { SourceInfo } from '../shared/frame.js';
import type { Point } from '../shared/geometry.js';
import {
  DEFAULT_SETTINGS,
  type Backend,
  type ObjectId,
  type ObjectSummary,
  type PipelineSettings,
  type PipelineStats,
  type RecordingFormat,
  type RecordingProgress,
} from '../shared/pipeline-api.js';
import type { RecordingSupport, StoredRecording } from '../shared/recording.js';

/** `opening` also while an earlier source is still shown. */
export type SourceStatus = 'none' | 'opening' | 'live' | 'ended';

/** `waiting`: no stage yet. `failed`: it runs, but without a model. `dead`: the worker is gone; only a restart helps. */
export type PipelineStatus = 'waiting' | 'starting' | 'ready' | 'failed' | 'dead';

export type Loading = { readonly loadedBytes: number; readonly totalBytes: number; readonly what: string };

/** Times in seconds; the duration is Infinity when the file does not say. */
export type PlaybackState = {
  readonly playing: boolean;
  readonly time: number;
  readonly duration: number;
  readonly loop: boolean;
};

/** What the session remembers of an object beyond what the pipeline says. */
export type ObjectMemory = {
  /** Centre of its box when the newest prompt was first answered: prompts are drawn as far from their place as the box has moved. */
  readonly anchor: Point | null;
  readonly promptCount: number;
  /** `performance.now()` when it was lost; null while it is not. */
  readonly lostAtMs: number | null;
};

/** Something the person may like to do next; it never blocks. */
export type Offer = 'blur-background' | 'earlier-recording';

/** A recording that can be looked at. */
export type Clip = {
  /** Null when it was written to the file that the person chose. */
  readonly file: File | null;
  readonly fileName: string;
  readonly bytes: number;
  /** Null for one from an earlier visit. */
  readonly figures: { readonly durationMs: number; readonly frames: number; readonly droppedFrames: number } | null;
};

/** One immutable picture of everything that the page shows. */
export type AppState = {
  readonly pipelineStatus: PipelineStatus;
  /** Counts pipelines: a stage canvas can be given away once only, so each needs a fresh one. */
  readonly generation: number;
  readonly backend: Backend | null;
  readonly loading: Loading | null;
  readonly source: SourceInfo | null;
  readonly sourceStatus: SourceStatus;
  readonly cameras: readonly CameraChoice[];
  readonly cameraId: string | null;
  /** Cameras are opened with sound, for recordings. */
  readonly microphone: boolean;
  readonly playback: PlaybackState | null;
  readonly objects: readonly ObjectSummary[];
  readonly memory: ReadonlyMap<ObjectId, ObjectMemory>;
  readonly selectedId: ObjectId | null;
  /** Owned by the session, which closes those that are replaced. */
  readonly thumbnails: ReadonlyMap<ObjectId, ImageBitmap>;
  readonly candidates: ReadonlyMap<ObjectId, readonly ImageBitmap[]>;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly effects: Effects;
  /** A small copy of the chosen background picture, owned by the session. */
  readonly backgroundPicture: ImageBitmap | null;
  readonly offer: Offer | null;
  readonly comparing: boolean;
  readonly recording: RecordingProgress;
  readonly format: RecordingFormat;
  /** Ask for a file first and write to it while recording. */
  readonly saveToDisk: boolean;
  readonly canSaveToDisk: boolean;
  /** What this browser can record; null until the pipeline has said. */
  readonly recordingSupport: RecordingSupport | null;
  /** The one that is looked at, or was last. */
  readonly clip: Clip | null;
  /** Kept in this site's private storage and not saved elsewhere, newest first; `clip` is one of them unless it was written to a file. */
  readonly stored: readonly StoredRecording[];
  readonly stats: PipelineStats | null;
  readonly settings: PipelineSettings;
  /** Newest last, at most one of each code. */
  readonly problems: readonly Problem[];
  /** The newest sentence for the live region. */
  readonly announcement: string;
};

export const IDLE_RECORDING: RecordingProgress = { state: 'idle', elapsedMs: 0, bytes: 0, droppedFrames: 0 };

export const INITIAL_STATE: AppState = {
  pipelineStatus: 'waiting',
  generation: 0,
  backend: null,
  loading: null,
  source: null,
  sourceStatus: 'none',
  cameras: [],
  cameraId: null,
  microphone: false,
  playback: null,
  objects: [],
  memory: new Map(),
  selectedId: null,
  thumbnails: new Map(),
  candidates: new Map(),
  canUndo: false,
  canRedo: false,
  effects: DEFAULT_EFFECTS,
  backgroundPicture: null,
  offer: null,
  comparing: false,
  recording: IDLE_RECORDING,
  format: 'webm',
  saveToDisk: false,
  canSaveToDisk: false,
  recordingSupport: null,
  clip: null,
  stored: [],
  stats: null,
  settings: DEFAULT_SETTINGS,
  problems: [],
  announcement: '',
};

export const selectedObject = (state: AppState): ObjectSummary | null =>
  state.objects.find((object) => object.id === state.selectedId) ?? null;

export const isRecording = (state: AppState): boolean => state.recording.state !== 'idle';
