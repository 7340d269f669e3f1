import { afterEach, describe, expect, it } from 'vitest';
import { loadFiles, loadManifest } from '../../src/segmentation/model-loader.js';
import { NO_PROMPT } from '../../src/tracking/track.js';
import type { PixelView } from '../../src/shared/frame.js';
import type { InferenceSetup } from '../../src/workers/inference-api.js';
import { InferencePool } from '../../src/workers/inference-pool.js';

const NEVER = new AbortController().signal;

async function promptableSetup(): Promise<InferenceSetup> {
  const manifestUrl = new URL('/models/manifest.json', location.href).href;
  const manifest = await loadManifest(NEVER, manifestUrl);
  const entry = manifest.ok ? manifest.value.promptable[0] : undefined;
  if (entry === undefined) throw new Error('no promptable model');
  const files = await loadFiles(NEVER, manifestUrl, entry.files, () => undefined);
  if (!files.ok) throw new Error(files.problem.what);
  return {
    engine: 'promptable',
    ...files.value,
    backend: 'wasm',
    threads: 1,
    ortUrl: new URL('/ort/', location.href).href,
  };
}

const greyView = (): PixelView => ({
  rgba: new Uint8ClampedArray(64 * 64 * 4).fill(128),
  width: 64,
  height: 64,
  viewport: { x: 0, y: 0, width: 64, height: 64 },
  timestampUs: 0,
});
const PROMPT = { ...NO_PROMPT, points: [{ x: 32, y: 32, inside: true }] };

describe('inference pool', () => {
  const workers: Worker[] = [];
  const deaths: string[] = [];
  let pool: InferencePool | null = null;
  const spawn = (): Worker => {
    const worker = new Worker(new URL('../../src/workers/inference.worker.ts', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  };
  afterEach(() => {
    pool?.stop();
    workers.splice(0);
    deaths.splice(0);
  });

  async function start(setup: InferenceSetup, size = 1): Promise<InferencePool> {
    const started = await InferencePool.start(NEVER, spawn, setup, size, (why) => deaths.push(why));
    if (!started.ok) throw new Error(started.problem.what);
    pool = started.value;
    return started.value;
  }

  it('replaces a worker that dies in the middle of a job, and does the job again', async () => {
    const running = await start(await promptableSetup());
    const answer = running.run((api) => {
      const call = api.segment(greyView(), [PROMPT]);
      // What a crash looks like from outside: an error event, and no answer ever.
      if (workers.length === 1) {
        workers[0]?.terminate();
        workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
      }
      return call;
    });
    const { value } = await answer;
    expect(value.objects[0]).toHaveLength(3);
    expect(deaths).toEqual(['out of memory']);
    expect(workers).toHaveLength(2);
    expect(running.size).toBe(1);
    expect(running.idle).toBe(1);
  });

  it('gives each job a worker of its own, and lets the rest wait their turn', async () => {
    const running = await start(await promptableSetup(), 2);
    const jobs = Array.from({ length: 4 }, () => running.run((api) => api.segment(greyView(), [PROMPT])));
    await Promise.resolve();
    expect(running.idle).toBe(0);
    const answers = await Promise.all(jobs);
    expect(new Set(answers.map(({ worker }) => worker)).size).toBe(2);
    expect(running.idle).toBe(2);
  });

  it('decodes on the worker that holds the embedding, and says so when that worker is gone', async () => {
    const running = await start(await promptableSetup());
    const { value, worker } = await running.run((api) => api.segment(greyView(), []));
    const decoded = await running.runOn(worker, (api) => api.decode(value.embedding ?? -1, [PROMPT]));
    expect(decoded?.objects[0]).toHaveLength(3);
    worker.terminate('test');
    expect(await running.runOn(worker, (api) => api.decode(value.embedding ?? -1, [PROMPT]))).toBeNull();
  });

  it('does not start on weights that give wrong answers', async () => {
    const setup = await promptableSetup();
    if (setup.engine !== 'promptable') throw new Error('wrong engine');
    const broken = { ...setup, decoder: setup.encoder };
    const started = await InferencePool.start(NEVER, spawn, broken, 1, (why) => deaths.push(why));
    expect(started).toMatchObject({ ok: false, problem: { code: 'model-failed' } });
  });
});
