import { fail, ok, type Problem, type Result } from '../shared/errors.js';
import type { Size } from '../shared/geometry.js';
import type { RecordedClip, RecordingOptions, RecordingProgress } from '../shared/pipeline-api.js';
import type { RecordingAudioCodec } from '../shared/recording.js';
import { CanvasRecorder } from './canvas-recorder.js';
import type { CodecChoice } from './choose-codec.js';
import { findAudioCodec, findCodec } from './encodable.js';
import { fileNameFor } from './file-name.js';
import { evenSize } from './frame-maker.js';
import { outputFormatOf } from './output-format.js';
import { openSink, type Sink } from './sink.js';
import { forgetSavedRecordings } from './stored-recordings.js';

export type RecorderOptions = RecordingOptions & {
  /** Of the canvas when recording starts, pixels; the clip keeps it (sides made even), whatever the canvas does later. */
  readonly size: Size;
  /** Nominal frames per second; 0 when the source does not say. */
  readonly frameRate: number;
  /** Whether the picture may have transparent parts. */
  readonly transparent: boolean;
  /** Names the file. Default: now. */
  readonly startedAt?: Date;
};

/** What was decided for this recording. */
export type RecordingPlan = CodecChoice & {
  readonly audioCodec: RecordingAudioCodec | null;
  readonly place: Sink['place'];
};

/** A recording that ended by itself. `kept` is what could be saved of it: a clip that plays, though its end may be missing; or null. */
export type RecordingFailure = { readonly problem: Problem; readonly kept: RecordedClip | null };

export interface Recorder {
  readonly plan: RecordingPlan;
  /**
   * Live: call in the same task in which the canvas was drawn. Never waits: while the encoder is behind, the frame is dropped and
   * counted. Does nothing while paused or after the end.
   * @param timestampUs of the source's frame. May jump: the recording's own time goes on evenly.
   */
  addCanvas(canvas: OffscreenCanvas, timestampUs: number): void;
  /**
   * Lockstep: nothing is dropped. Resolves when there is room for the next frame; await it before drawing again. Such a clip is silent:
   * sound comes by the clock, and here the picture does not.
   */
  addCanvasAndWait(canvas: OffscreenCanvas, timestampUs: number): Promise<void>;
  /** What happens until {@link resume} is cut out. */
  pause(): void;
  resume(): void;
  /** Completes the file. The same result however often it is called; the Problem if the recording failed. */
  stop(): Promise<Result<RecordedClip>>;
  /** Ends without a file. */
  cancel(): Promise<void>;
}

/**
 * Starts a recording. Takes `options.audio`, also when it fails.
 * @param onProgress at most four times a second, and at every change of state.
 * @param onFailure the recording ended by itself: the disk is full, or the encoder broke. At most once.
 * @returns `recording-unsupported` when this browser has no encoder for the format, `recording-failed` when no file can be opened.
 */
export async function createRecorder(
  options: RecorderOptions,
  onProgress: (progress: RecordingProgress) => void,
  onFailure: (failure: RecordingFailure) => void = () => undefined,
): Promise<Result<Recorder>> {
  const size = evenSize(options.size);
  const choice = await findCodec(options.format, options.transparent, size);
  if (choice === null) {
    await letGo(options.audio);
    return fail(
      'recording-unsupported',
      `This browser cannot encode ${options.format.toUpperCase()} video of ${String(size.width)} × ${String(size.height)} pixels.`,
      'Choose the other format or a smaller picture.',
    );
  }
  const audioCodec = options.audio === null ? null : await findAudioCodec(options.format);
  if (audioCodec === null) await letGo(options.audio);
  await forgetSavedRecordings();

  const fileName = fileNameFor(options.startedAt ?? new Date(), options.format);
  let writeFailed: (error: unknown) => void = () => undefined;
  const sink = await openSink(options.saveTo, fileName, outputFormatOf(options.format).mimeType, (error) =>
    writeFailed(error),
  );
  if (!sink.ok) {
    if (audioCodec !== null) await letGo(options.audio);
    return sink;
  }
  const plan = { ...choice, audioCodec, place: sink.value.place };
  const recorder = new CanvasRecorder({ ...options, size }, plan, sink.value, onProgress, onFailure);
  writeFailed = (error) => recorder.writeFailed(error);
  await recorder.start();
  return ok(recorder);
}

/** A stream that is already broken has nothing left to let go of. */
const letGo = async (stream: ReadableStream<AudioData> | null): Promise<void> =>
  stream?.cancel().catch(() => undefined);
