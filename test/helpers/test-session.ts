import type { FrameSource } from '../../src/capture/frame-source.js';
import { ok, type Problem } from '../../src/shared/errors.js';
import type { SourceInfo } from '../../src/shared/frame.js';
import { Session, type SessionTools } from '../../src/session/session.js';
import { FakePipeline, silentFeed } from './fake-pipeline.js';

export class FakeSource implements FrameSource {
  readonly info: SourceInfo;
  readonly audio = null;
  readonly playback = null;
  stopped = false;
  feeds = 0;
  #listener: ((problem: Problem | null) => void) | null = null;

  constructor(info: Partial<SourceInfo> = {}) {
    const size = { width: 640, height: 360 };
    this.info = { kind: 'camera', label: 'Front camera', size, frameRate: 30, mirrored: false, ...info };
  }

  openFeed() {
    this.feeds++;
    return silentFeed();
  }
  onEnded(listener: (problem: Problem | null) => void) {
    this.#listener = listener;
    return () => (this.#listener = null);
  }
  end(problem: Problem | null): void {
    this.#listener?.(problem);
  }
  stop(): void {
    this.stopped = true;
  }
}

export class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}

/** A real session; the pipeline, the sources and the clock are the test's. */
export function makeSession(part: Partial<SessionTools> = {}) {
  const pipelines: FakePipeline[] = [];
  const storage = new MemoryStorage();
  const session = new Session({
    startThread: () => {
      const pipeline = new FakePipeline();
      pipelines.push(pipeline);
      return pipeline.thread;
    },
    openSource: async () => ok(new FakeSource()),
    listCameras: async () => [{ deviceId: 'a', label: 'Front camera' }],
    canPickSaveFile: () => false,
    pickSaveFile: async () => null,
    audioStreamOf: () => null,
    storage,
    baseUrl: 'http://localhost/',
    now: () => 1000,
    ...part,
  });
  const pipeline = (): FakePipeline => {
    const newest = pipelines.at(-1);
    if (newest === undefined) throw new Error('No pipeline was started.');
    return newest;
  };
  return { session, storage, pipelines, pipeline };
}

export const canvas = (): OffscreenCanvas => new OffscreenCanvas(4, 4);
