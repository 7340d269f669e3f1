import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import type { Candidate } from '../../src/shared/mask.js';
import type { Backend } from '../../src/shared/pipeline-api.js';
import type { InferenceSetup } from '../../src/workers/inference-api.js';
import { loadFiles, loadManifest } from '../../src/segmentation/model-loader.js';
import { DISC_BOX_PROMPT, DISC_PROMPT, discIou, discView, NO_PROMPT } from '../fixtures/segmentation-scene.js';
import { fetchedByWorker, foreign, startInferenceWorker, stopInferenceWorkers } from '../helpers/inference-worker.js';

const signal = new AbortController().signal;
const MANIFEST_URL = new URL('/models/manifest.json', location.href).href;
afterEach(stopInferenceWorkers);

async function promptable(backend: Backend): Promise<InferenceSetup> {
  const manifest = await loadManifest(signal, MANIFEST_URL);
  const model = manifest.ok ? manifest.value.promptable[0] : undefined;
  if (model === undefined) throw new Error('no promptable model');
  const files = await loadFiles(signal, MANIFEST_URL, model.files, () => undefined);
  if (!files.ok) throw new Error(files.problem.what);
  return { engine: 'promptable', ...files.value, backend, threads: 2, ortUrl: new URL('/ort/', location.href).href };
}

const best = (candidates: readonly Candidate[] = []): Candidate => {
  const [first, ...rest] = candidates;
  if (first === undefined) throw new Error('no candidates');
  return rest.reduce((a, b) => (b.score > a.score ? b : a), first);
};

/** WebGPU without a GPU is too slow for a suite; it is checked where there is one. */
async function skipWithoutGpu(context: TestContext, backend: Backend): Promise<void> {
  if (backend !== 'webgpu') return;
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  if (adapter === null || adapter.info.isFallbackAdapter) context.skip('this browser has no GPU adapter for WebGPU');
}

describe.each<Backend>(['wasm', 'wasm-threads', 'webgpu'])('the promptable engine in a worker on %s', (backend) => {
  it('passes its self-check, cuts out a tapped disc, and answers again on the same embedding', async (context) => {
    await skipWithoutGpu(context, backend);
    const api = startInferenceWorker();
    expect(await api.setup(await promptable(backend))).toEqual({ ok: true, value: null });

    const view = discView();
    const tapped = await api.segment(view, [DISC_PROMPT]);
    expect(tapped.objects[0]).toHaveLength(3);
    const { mask } = best(tapped.objects[0]);
    expect(mask).toMatchObject({ viewport: view.viewport, timestampUs: view.timestampUs, width: 64, height: 48 });
    expect(discIou(mask)).toBeGreaterThan(0.8);
    expect(tapped.appearance?.data).toHaveLength(48 * 32 * 24);

    const again = await api.decode(tapped.embedding ?? -1, [{ ...NO_PROMPT, mask }, DISC_BOX_PROMPT]);
    expect(again?.objects).toHaveLength(2);
    for (const candidates of again?.objects ?? []) expect(discIou(best(candidates).mask)).toBeGreaterThan(0.8);
    expect(await api.decode(999, [DISC_PROMPT])).toBeNull();
    const fetched = await fetchedByWorker();
    expect(fetched.some((url) => url.includes('/ort/ort-wasm'))).toBe(true);
    expect(foreign(fetched)).toEqual([]);
  });
});

describe('an inference worker', () => {
  it('says as a value that a model cannot be read', async () => {
    const setup = await promptable('wasm');
    const broken = { ...setup, encoder: new Uint8Array([1, 2, 3, 4]).buffer };
    expect(await startInferenceWorker().setup(broken)).toMatchObject({ ok: false, problem: { code: 'model-failed' } });
  });

  it('says as a value that the runtime is not where it should be', async () => {
    const setup = await promptable('wasm');
    const lost = { ...setup, ortUrl: new URL('/nowhere/', location.href).href };
    expect(await startInferenceWorker().setup(lost)).toMatchObject({ ok: false, problem: { code: 'model-failed' } });
  });

  it('does not take the wrong model for the right one', async () => {
    const setup = await promptable('wasm');
    if (setup.engine !== 'promptable') throw new Error('not promptable');
    const encoder = setup.encoder.slice(0);
    new Uint8Array(encoder, encoder.byteLength >> 1, 40_000).fill(0x35);
    expect(await startInferenceWorker().setup({ ...setup, encoder })).toMatchObject({
      ok: false,
      problem: { code: 'self-check-failed' },
    });
  });
});
