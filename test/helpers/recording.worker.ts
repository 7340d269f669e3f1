import { expose } from 'comlink';
import {
  createRecorder,
  type Recorder,
  type RecorderOptions,
  type RecordingFailure,
} from '../../src/record/recorder.js';
import type { Result } from '../../src/shared/errors.js';
import type { RecordedClip } from '../../src/shared/pipeline-api.js';
import { type Look, painterOf, playLive, recordFrames, valueOf } from './recording.js';

/** The recorder where it runs in the app: in a worker. Can be terminated at any point, like a tab that crashes. */
let recorder: Recorder | null = null;
const failures: RecordingFailure[] = [];

const api = {
  async start(options: RecorderOptions): Promise<Recorder['plan']> {
    const started = await createRecorder(
      options,
      () => undefined,
      (failure) => failures.push(failure),
    );
    recorder = valueOf(started);
    return recorder.plan;
  },
  async record(count: number, firstIndex = 0, look: Look = 'noise'): Promise<void> {
    if (recorder === null) throw new Error('not started');
    await recordFrames(recorder, painterOf(look), count, firstIndex);
  },
  async play(count: number): Promise<void> {
    if (recorder === null) throw new Error('not started');
    await playLive(recorder, painterOf(), count);
  },
  async stop(): Promise<Result<RecordedClip>> {
    if (recorder === null) throw new Error('not started');
    return recorder.stop();
  },
  failures: (): readonly RecordingFailure[] => failures,
};

export type RecordingWorkerApi = typeof api;
expose(api);
