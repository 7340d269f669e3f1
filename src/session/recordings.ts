import * as Comlink from 'comlink';
import type { RecordedClip, RecordingFormat } from '../shared/pipeline-api.js';
import { IDLE_RECORDING, isRecording, type Clip } from './app-state.js';
import type { SessionContext } from './context.js';
import { orNullIfDied } from './pipeline-connection.js';

export type RecordingTools = {
  canPickSaveFile(): boolean;
  pickSaveFile(format: RecordingFormat): Promise<FileSystemFileHandle | null>;
  /** Raw audio of a track; null where the browser cannot give it. */
  audioStreamOf(track: MediaStreamTrack): ReadableStream<AudioData> | null;
};

/** Starts and ends recordings; the pipeline reports their progress by itself. */
export class Recordings {
  readonly #context: SessionContext;
  readonly #tools: RecordingTools;
  readonly #audioTrack: () => MediaStreamTrack | null;

  constructor(context: SessionContext, tools: RecordingTools, audioTrack: () => MediaStreamTrack | null) {
    this.#context = context;
    this.#tools = tools;
    this.#audioTrack = audioTrack;
  }

  async start(): Promise<void> {
    const { store, report } = this.#context;
    const { saveToDisk, canSaveToDisk, format } = store.state;
    if (isRecording(store.state)) return;
    const asks = saveToDisk && canSaveToDisk;
    const saveTo = asks ? await this.#tools.pickSaveFile(format) : null;
    if (asks && saveTo === null) return;
    const pipeline = this.#context.pipeline();
    if (pipeline === null || isRecording(store.state)) return;
    const track = this.#audioTrack();
    const audio = track === null ? null : this.#tools.audioStreamOf(track);
    const options = Comlink.transfer({ format, audio, saveTo }, audio === null ? [] : [audio]);
    store.update({ recording: { ...IDLE_RECORDING, state: 'recording' }, announcement: 'Recording.' });
    const result = await orNullIfDied(pipeline.ask(pipeline.api.startRecording(options)));
    if (result === null || result.ok) return;
    store.update({ recording: IDLE_RECORDING });
    report(result.problem);
  }

  pause(): void {
    const pipeline = this.#context.pipeline();
    pipeline?.tell(pipeline.api.pauseRecording());
  }

  resume(): void {
    const pipeline = this.#context.pipeline();
    pipeline?.tell(pipeline.api.resumeRecording());
  }

  async stop(): Promise<void> {
    const { store, report } = this.#context;
    const pipeline = this.#context.pipeline();
    const { recording } = store.state;
    if (pipeline === null || (recording.state !== 'recording' && recording.state !== 'paused')) return;
    store.update({ recording: { ...recording, state: 'finishing' } });
    const result = await orNullIfDied(pipeline.ask(pipeline.api.stopRecording()));
    if (result === null) return;
    store.update({ recording: IDLE_RECORDING });
    if (!result.ok) return report(result.problem);
    store.update({ clip: clipOf(result.value), announcement: 'The recording is ready.' });
    await this.refresh();
  }

  /** Asks a new pipeline what can be recorded, and whether an earlier visit left something. */
  async welcome(): Promise<void> {
    const { store } = this.#context;
    const pipeline = this.#context.pipeline();
    if (pipeline === null) return;
    const support = await orNullIfDied(pipeline.ask(pipeline.api.recordingSupport()));
    if (support === null || pipeline !== this.#context.pipeline()) return;
    const formats = support.formats.map(({ format }) => format);
    const { format } = store.state;
    store.update({ recordingSupport: support, format: formats.includes(format) ? format : (formats[0] ?? format) });
    await this.refresh();
    const isNew = store.state.clip === null && store.state.stored.length > 0;
    if (isNew && store.state.offer === null) store.update({ offer: 'earlier-recording' });
  }

  /** Reads again what is stored and not saved elsewhere. */
  async refresh(): Promise<void> {
    const pipeline = this.#context.pipeline();
    if (pipeline === null) return;
    const stored = await orNullIfDied(pipeline.ask(pipeline.api.storedRecordings()));
    if (stored !== null) this.#context.store.update({ stored: stored.filter(({ saved }) => !saved) });
  }

  /** Makes a stored recording the one that is looked at. */
  async show(fileName: string): Promise<void> {
    const pipeline = this.#context.pipeline();
    if (pipeline === null) return;
    const file = await orNullIfDied(pipeline.ask(pipeline.api.openRecording(fileName)));
    if (file === null) return this.refresh();
    this.#context.store.update({ clip: { file, fileName, bytes: file.size, figures: null } });
  }

  /** The person has a copy of the clip now. It can still be looked at. */
  async saved(): Promise<void> {
    const pipeline = this.#context.pipeline();
    const { clip } = this.#context.store.state;
    if (pipeline === null || clip === null) return;
    await orNullIfDied(pipeline.ask(pipeline.api.markRecordingSaved(clip.fileName)));
    await this.refresh();
  }

  async discard(): Promise<void> {
    const { store } = this.#context;
    const pipeline = this.#context.pipeline();
    const { clip } = store.state;
    store.update({ clip: null });
    if (pipeline === null || clip === null || clip.file === null) return;
    await orNullIfDied(pipeline.ask(pipeline.api.forgetRecording(clip.fileName)));
    await this.refresh();
  }
}

function clipOf({ file, fileName, bytes, durationMs, frames, droppedFrames }: RecordedClip): Clip {
  return { file, fileName, bytes, figures: { durationMs, frames, droppedFrames } };
}
