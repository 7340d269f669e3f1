import * as Comlink from 'comlink';
import { ok, type Result } from '../../src/shared/errors.js';
import type {
  Backend,
  ObjectId,
  ObjectSummary,
  PipelineApi,
  PipelineEvent,
  PipelineStart,
  PipelineStats,
  RecordedClip,
} from '../../src/shared/pipeline-api.js';
import type { RecordingSupport, StoredRecording } from '../../src/shared/recording.js';
import type { FrameFeed } from '../../src/shared/frame.js';
import type { UserPrompt } from '../../src/shared/prompt.js';
import type { PipelineThread } from '../../src/session/pipeline-connection.js';

export const STATS: PipelineStats = {
  sourceFps: 30,
  shownFps: 29.4,
  receivedFrames: 900,
  droppedFrames: 3,
  keyframesPerSecond: 7.5,
  maskAgeMs: 34,
  delayFrames: 1,
  stages: { composite: { p50: 3, p95: 5, count: 60 }, encode: { p50: 70, p95: 90, count: 15 } },
  inputSize: 384,
  backend: 'wasm-threads',
  poolSize: 2,
  threads: 1,
  replacedWorkers: 0,
  lowered: ['Model input 512 to 384 px: a keyframe took 190 ms'],
};

export const CLIP: RecordedClip = {
  file: new File([new Uint8Array(64)], 'liveroto.webm', { type: 'video/webm' }),
  fileName: 'liveroto.webm',
  mimeType: 'video/webm',
  bytes: 64,
  durationMs: 5000,
  frames: 150,
  droppedFrames: 0,
};

export function objectSummary(part: Partial<ObjectSummary> = {}): ObjectSummary {
  return {
    id: 1,
    kind: 'prompted',
    name: 'Mug',
    colour: '#ffd23f',
    visible: true,
    state: 'tracking',
    score: 0.9,
    box: { x0: 100, y0: 100, x1: 200, y1: 220 },
    prompts: [{ kind: 'point', point: { x: 150, y: 160, inside: true } }],
    candidateScores: [0.9, 0.7, 0.5],
    chosenCandidate: 0,
    ...part,
  };
}

/** A pipeline without pixels, behind a real message channel: it answers like the worker, and can die like one. */
export class FakePipeline implements PipelineApi {
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  readonly thread: PipelineThread;
  startAnswer: Result<{ readonly backend: Backend }> = ok({ backend: 'wasm' });
  objectAnswer: Result<ObjectId> | null = null;
  /** Answers of `stopRecording` wait for it. */
  finished: Promise<Result<RecordedClip>> = Promise.resolve(ok(CLIP));
  stored: readonly StoredRecording[] = [];
  terminated = false;
  #events: MessagePort | null = null;
  #nextId = 1;
  readonly #deathListeners: ((reason: string) => void)[] = [];

  constructor() {
    const { port1, port2 } = new MessageChannel();
    Comlink.expose(this, port1);
    this.thread = {
      endpoint: port2,
      onDeath: (listener) => void this.#deathListeners.push(listener),
      terminate: () => {
        this.terminated = true;
        port1.close();
      },
    };
  }

  emit(event: PipelineEvent, transfer: Transferable[] = []): void {
    if (this.#events === null) throw new Error('The pipeline has not been started: nobody would hear the event.');
    this.#events.postMessage(event, transfer);
  }

  /** Stops answering, as a crashed worker does. */
  die(reason: string): void {
    for (const listener of this.#deathListeners) listener(reason);
  }

  named(name: string): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.name === name).map(({ args }) => args);
  }

  #note(name: string, ...args: readonly unknown[]): void {
    this.calls.push({ name, args });
  }

  async start(start: PipelineStart): Promise<Result<{ readonly backend: Backend }>> {
    this.#note('start', start.settings);
    this.#events = start.events;
    return this.startAnswer;
  }
  async configure(...args: Parameters<PipelineApi['configure']>): Promise<Result<{ readonly backend: Backend }>> {
    this.#note('configure', ...args);
    return ok({ backend: 'wasm' });
  }
  async setSource(...[info, feed]: Parameters<PipelineApi['setSource']>): Promise<void> {
    this.#note('setSource', info, feed.kind);
    if (feed.kind === 'port') feed.port.close();
  }
  async clearSource() {
    this.#note('clearSource');
    return { opened: 0, closed: 0 };
  }
  addObject(prompt: UserPrompt): Result<ObjectId> {
    this.#note('addObject', prompt);
    return this.objectAnswer ?? ok(this.#nextId++);
  }
  addMask(): Promise<Result<ObjectId>> {
    this.#note('addMask');
    return Promise.resolve(ok(1));
  }

  async addPeople(): Promise<Result<ObjectId>> {
    this.#note('addPeople');
    return this.objectAnswer ?? ok(this.#nextId++);
  }
  addPrompt(...args: Parameters<PipelineApi['addPrompt']>): void {
    this.#note('addPrompt', ...args);
  }
  chooseCandidate(...args: Parameters<PipelineApi['chooseCandidate']>): void {
    this.#note('chooseCandidate', ...args);
  }
  removeObject(...args: Parameters<PipelineApi['removeObject']>): void {
    this.#note('removeObject', ...args);
  }
  setVisible(...args: Parameters<PipelineApi['setVisible']>): void {
    this.#note('setVisible', ...args);
  }
  rename(...args: Parameters<PipelineApi['rename']>): void {
    this.#note('rename', ...args);
  }
  select(...args: Parameters<PipelineApi['select']>): void {
    this.#note('select', ...args);
  }
  undo(): void {
    this.#note('undo');
  }
  redo(): void {
    this.#note('redo');
  }
  preview(...args: Parameters<PipelineApi['preview']>): void {
    this.#note('preview', ...args);
  }
  setEffects(...args: Parameters<PipelineApi['setEffects']>): void {
    this.#note('setEffects', ...args);
  }
  setBackgroundPicture(bitmap: ImageBitmap): void {
    this.#note('setBackgroundPicture', bitmap.width);
    bitmap.close();
  }
  compare(...args: Parameters<PipelineApi['compare']>): void {
    this.#note('compare', ...args);
  }
  async startRecording({ format }: Parameters<PipelineApi['startRecording']>[0]): Promise<Result<null>> {
    this.#note('startRecording', format);
    return ok(null);
  }
  pauseRecording(): void {
    this.#note('pauseRecording');
  }
  resumeRecording(): void {
    this.#note('resumeRecording');
  }
  stopRecording(): Promise<Result<RecordedClip>> {
    this.#note('stopRecording');
    return this.finished;
  }
  async recordingSupport(): Promise<RecordingSupport> {
    return {
      formats: [
        { format: 'webm', videoCodec: 'vp9', alpha: true, audioCodec: 'opus' },
        { format: 'mp4', videoCodec: 'avc', alpha: false, audioCodec: null },
      ],
      storage: 'private-disk',
    };
  }
  async storedRecordings(): Promise<readonly StoredRecording[]> {
    return this.stored;
  }
  async openRecording(fileName: string): Promise<File | null> {
    return this.stored.some((recording) => recording.fileName === fileName) ? new File(['clip'], fileName) : null;
  }
  async markRecordingSaved(fileName: string): Promise<void> {
    this.stored = this.stored.map((other) => (other.fileName === fileName ? { ...other, saved: true } : other));
  }
  async forgetRecording(fileName: string): Promise<void> {
    this.stored = this.stored.filter((other) => other.fileName !== fileName);
  }
  observeMasks(): number {
    this.#note('observeMasks');
    return 0;
  }
  stats(): PipelineStats {
    return STATS;
  }
  async dispose() {
    this.#note('dispose');
    return { opened: 0, closed: 0 };
  }
}

/** A port feed that nobody writes to. */
export const silentFeed = (): FrameFeed => ({ kind: 'port', port: new MessageChannel().port1 });
