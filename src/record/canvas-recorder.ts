import { Output, type OutputFormat, VideoSample, VideoSampleSource } from 'mediabunny';
import { fail, messageOf, ok, type Problem, type Result } from '../shared/errors.js';
import type { RecordedClip, RecordingProgress } from '../shared/pipeline-api.js';
import { registerAlphaEncoder } from './alpha-encoder.js';
import { AudioTrack } from './audio-track.js';
import { VIDEO_QUALITY } from './encodable.js';
import { FrameMaker } from './frame-maker.js';
import { outputFormatOf } from './output-format.js';
import type { Recorder, RecorderOptions, RecordingFailure, RecordingPlan } from './recorder.js';
import type { Sink } from './sink.js';
import { VideoTimeline } from './timeline.js';

/** Frames handed to the encoder and not yet taken by it. Each may hold a full picture, so this bounds memory too. */
const MOST_PENDING = 8;
const KEY_FRAME_SECONDS = 2;
const PROGRESS_EVERY_MS = 250;
const USUAL_FRAME_RATE = 30;

/** The {@link Recorder} that `createRecorder` makes: one output, its sources, and the state of both. */
export class CanvasRecorder implements Recorder {
  readonly plan: RecordingPlan;
  readonly #sink: Sink;
  readonly #onProgress: (progress: RecordingProgress) => void;
  readonly #onFailure: (failure: RecordingFailure) => void;
  readonly #format: OutputFormat;
  readonly #output: Output;
  readonly #video: VideoSampleSource;
  readonly #audio: AudioTrack | null;
  readonly #maker: FrameMaker;
  readonly #timeline: VideoTimeline;
  readonly #frameUs: number;
  readonly #pending = new Set<Promise<void>>();
  #state: 'recording' | 'paused' | 'finishing' | 'idle' = 'recording';
  #accepted = 0;
  #encoded = 0;
  #refused = 0;
  #reportedAtMs = -Infinity;
  #ending: Promise<Result<RecordedClip>> | null = null;

  constructor(
    options: RecorderOptions,
    plan: RecordingPlan,
    sink: Sink,
    onProgress: (progress: RecordingProgress) => void,
    onFailure: (failure: RecordingFailure) => void,
  ) {
    this.plan = plan;
    this.#sink = sink;
    this.#onProgress = onProgress;
    this.#onFailure = onFailure;
    this.#frameUs = Math.round(1_000_000 / (options.frameRate > 0 ? options.frameRate : USUAL_FRAME_RATE));
    this.#timeline = new VideoTimeline(this.#frameUs);
    this.#maker = new FrameMaker(options.size, options.transparent, plan.alpha);
    if (plan.alpha) registerAlphaEncoder();
    this.#video = new VideoSampleSource({
      codec: plan.codec,
      quality: VIDEO_QUALITY,
      keyFrameInterval: KEY_FRAME_SECONDS,
      latencyMode: 'realtime',
      alpha: plan.alpha ? 'keep' : 'discard',
      onEncodedPacket: () => this.#encoded++,
    });
    this.#format = outputFormatOf(options.format);
    this.#output = new Output({ format: this.#format, target: sink.target });
    this.#output.addVideoTrack(this.#video, { canBeTransparent: plan.alpha });
    const wallUs = () => this.#timeline.wallUs(performance.now());
    this.#audio =
      options.audio === null || plan.audioCodec === null
        ? null
        : new AudioTrack(options.audio, plan.audioCodec, wallUs, (error) => this.#encoderFailed(error));
    if (this.#audio !== null) this.#output.addAudioTrack(this.#audio.source);
  }

  async start(): Promise<void> {
    await this.#output.start();
    this.#audio?.start();
    this.#report(true);
  }

  addCanvas(canvas: OffscreenCanvas, timestampUs: number): void {
    if (this.#state !== 'recording') return;
    if (this.#pending.size >= MOST_PENDING) this.#refused++;
    else void this.#encode(canvas, this.#timeline.placeLive(timestampUs, performance.now()));
    this.#report();
  }

  async addCanvasAndWait(canvas: OffscreenCanvas, timestampUs: number): Promise<void> {
    if (this.#state !== 'recording') return;
    await this.#encode(canvas, this.#timeline.placeExact(timestampUs));
    this.#report();
  }

  pause(): void {
    if (this.#state !== 'recording') return;
    this.#state = 'paused';
    this.#timeline.pause(performance.now());
    this.#audio?.pause();
    this.#report(true);
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'recording';
    this.#timeline.resume(performance.now());
    this.#audio?.resume();
    this.#report(true);
  }

  stop(): Promise<Result<RecordedClip>> {
    return (this.#ending ??= this.#end(null));
  }

  async cancel(): Promise<void> {
    const cancelled = fail('recording-failed', 'The recording was cancelled.', 'Start a new one.');
    this.#ending ??= this.#abandon().then(() => cancelled);
    await this.#ending;
  }

  /** The disk did not take the data. */
  writeFailed(error: unknown): void {
    const { problem } = fail(
      'recording-failed',
      `The recording stopped after ${seconds(this.#lengthUs)} because the disk did not take it (${messageOf(error)}).`,
      'Free some space; what was written until then is kept where the browser allows it.',
    );
    this.#ending ??= this.#end(problem);
  }

  #encoderFailed(error: unknown): void {
    this.#ending ??= this.#end(this.#encoderProblem(error));
  }

  #encoderProblem(error: unknown): Problem {
    const { problem } = fail(
      'recording-failed',
      `The recording stopped after ${seconds(this.#lengthUs)} because the encoder failed (${messageOf(error)}).`,
      'Record again, in the other format or with a smaller picture; what was written until then is kept.',
    );
    return problem;
  }

  /** Owns the frame it makes. Settles when the encoder has room; never rejects. */
  #encode(canvas: OffscreenCanvas, atUs: number): Promise<void> {
    const frame = this.#maker.make(canvas, atUs, this.#frameUs);
    this.#accepted++;
    this.#audio?.keepUpWith(atUs);
    const adding = this.#add(frame).finally(() => this.#pending.delete(adding));
    this.#pending.add(adding);
    return adding;
  }

  async #add(frame: VideoFrame): Promise<void> {
    const sample = new VideoSample(frame);
    try {
      await this.#video.add(sample);
    } catch (error) {
      this.#encoderFailed(error);
    } finally {
      sample.close();
      frame.close();
    }
  }

  /** Completes the file as far as it can be. `cause` is what ended the recording, null for the person's wish. */
  async #end(cause: Problem | null): Promise<Result<RecordedClip>> {
    this.#state = 'finishing';
    this.#report(true);
    await Promise.all([this.#audio?.stop(), ...this.#pending]);
    if (cause === null && this.#accepted === 0) {
      await this.#abandon();
      return fail(
        'no-picture-yet',
        'The recording ended before a picture was shown.',
        'Start the source, then record.',
      );
    }
    const incomplete = await this.#complete();
    const closed = await this.#closeFile(
      incomplete === null ? await this.#output.getMimeType() : this.#format.mimeType,
    );
    this.#state = 'idle';
    this.#report(true);
    const problem = cause ?? incomplete ?? (closed.ok ? null : closed.problem);
    if (problem === null) return closed;
    this.#onFailure({ problem, kept: closed.ok ? closed.value : null });
    return { ok: false, problem };
  }

  /** Lets the encoders finish and writes the end of the file; the problem if that failed. */
  async #complete(): Promise<Problem | null> {
    try {
      await this.#output.finalize();
      return null;
    } catch (error) {
      return this.#encoderProblem(error);
    }
  }

  async #closeFile(mimeType: string): Promise<Result<RecordedClip>> {
    const lost = (why: string) =>
      fail('recording-failed', `The recording could not be saved (${why}).`, 'Record again.');
    try {
      if (this.#encoded === 0) {
        await this.#sink.discard();
        return lost('no picture was encoded');
      }
      const file = await this.#sink.finish();
      if (file === null && this.#sink.place !== 'chosen-file') return lost('memory holds no complete file');
      return ok(this.#clip(file, mimeType));
    } catch (error) {
      return lost(messageOf(error));
    }
  }

  async #abandon(): Promise<void> {
    this.#state = 'finishing';
    await this.#audio?.stop();
    await this.#output.cancel();
    await Promise.all(this.#pending);
    await this.#sink.discard();
    this.#state = 'idle';
    this.#report(true);
  }

  /** A picture that stands still gives no frames, while its sound goes on. */
  get #lengthUs(): number {
    return Math.max(this.#timeline.endUs, this.#audio?.endUs ?? 0);
  }

  #clip(file: File | null, mimeType: string): RecordedClip {
    return {
      file,
      fileName: this.#sink.fileName,
      mimeType,
      bytes: file?.size ?? this.#sink.bytes(),
      durationMs: this.#lengthUs / 1000,
      frames: this.#encoded,
      droppedFrames: this.#refused + this.#accepted - this.#encoded,
    };
  }

  #report(now = false): void {
    const atMs = performance.now();
    if (!now && atMs - this.#reportedAtMs < PROGRESS_EVERY_MS) return;
    this.#reportedAtMs = atMs;
    this.#onProgress({
      state: this.#state,
      elapsedMs: this.#lengthUs / 1000,
      bytes: this.#sink.bytes(),
      droppedFrames: this.#refused,
    });
  }
}

const seconds = (us: number) => `${(us / 1_000_000).toFixed(1)} s`;
