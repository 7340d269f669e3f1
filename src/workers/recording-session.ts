import { createRecorder, type Recorder } from '../record/recorder.js';
import { fail, type Result } from '../shared/errors.js';
import type { RecordedClip, RecordingOptions, RecordingProgress } from '../shared/pipeline-api.js';
import type { EventSender } from './event-sender.js';

export const IDLE_RECORDING: RecordingProgress = { state: 'idle', elapsedMs: 0, bytes: 0, droppedFrames: 0 };

/** The one recording that may run; it outlives changes of source. */
export class RecordingSession {
  readonly #canvas: OffscreenCanvas;
  readonly #events: EventSender;
  #recorder: Recorder | null = null;

  constructor(canvas: OffscreenCanvas, events: EventSender) {
    this.#canvas = canvas;
    this.#events = events;
  }

  get active(): boolean {
    return this.#recorder !== null;
  }

  async start(options: RecordingOptions, frameRate: number, transparent: boolean): Promise<Result<null>> {
    if (this.#recorder !== null) {
      await options.audio?.cancel();
      return fail('recording-failed', 'A recording is running already.', 'Stop it first.');
    }
    const size = { width: this.#canvas.width, height: this.#canvas.height };
    const created = await createRecorder(
      { ...options, size, frameRate, transparent },
      (progress) => this.#events.post({ kind: 'recording', progress }),
      ({ problem }) => this.#events.problem(problem),
    );
    if (!created.ok) return created;
    this.#recorder = created.value;
    return { ok: true, value: null };
  }

  /** Records what the canvas holds now; call it in the task that drew it. In lockstep the promise is to be waited for. */
  add(timestampUs: number, mode: 'live' | 'lockstep'): Promise<void> {
    if (this.#recorder === null) return Promise.resolve();
    if (mode === 'lockstep') return this.#recorder.addCanvasAndWait(this.#canvas, timestampUs);
    this.#recorder.addCanvas(this.#canvas, timestampUs);
    return Promise.resolve();
  }

  pause(): void {
    this.#recorder?.pause();
  }

  resume(): void {
    this.#recorder?.resume();
  }

  async stop(): Promise<Result<RecordedClip>> {
    const recorder = this.#recorder;
    if (recorder === null) return fail('recording-failed', 'No recording is running.', 'Start one first.');
    try {
      return await recorder.stop();
    } finally {
      this.#recorder = null;
      this.#events.post({ kind: 'recording', progress: IDLE_RECORDING });
    }
  }
}
