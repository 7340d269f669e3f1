import * as Comlink from 'comlink';
import type { RecordingFormat } from '../shared/pipeline-api.js';
import { IDLE_RECORDING, isRecording } from './app-state.js';
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
    store.update({ clip: null, recording: { ...IDLE_RECORDING, state: 'recording' }, announcement: 'Recording.' });
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
    if (result.ok) store.update({ clip: result.value, announcement: 'The recording is ready.' });
    else report(result.problem);
  }
}
