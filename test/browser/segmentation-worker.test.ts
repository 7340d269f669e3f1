import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { logit, type MaskGrid } from '../../src/shared/mask.js';
import type { Backend } from '../../src/shared/pipeline-api.js';
import type { ObjectPrompt } from '../../src/shared/segmentation.js';
import type { InferenceApi, InferenceSetup } from '../../src/workers/inference-api.js';
import { discView, discIou, DISC_PROMPT } from '../fixtures/segmentation-scene.js';

const workers: Worker[] = [];

/** A real inference worker, as the pipeline starts one. */
function startWorker(): Comlink.Remote<InferenceApi> {
  const worker = new Worker(new URL('../../src/workers/inference.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return Comlink.wrap<InferenceApi>(worker);
}

afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

const bytes = async (path: string): Promise<ArrayBuffer> => {
  const response = await fetch(path);
  expect(response.status, path).toBe(200);
  return response.arrayBuffer();
};

async function promptable(backend: Backend): Promise<InferenceSetup> {
  const [encoder, decoder] = await Promise.all([bytes('/models/encoder.onnx'), bytes('/models/decoder.onnx')]);
  return { engine: 'promptable', encoder, decoder, backend, threads: 2, ortUrl: new URL('/ort/', location.href).href };
}

describe.each<Backend>(['wasm', 'wasm-threads'])('the promptable engine in a worker on %s', (backend) => {
  it('passes its self-check and cuts out a tapped disc', async () => {
    const api = startWorker();
    expect(await api.setup(await promptable(backend))).toEqual({ ok: true, value: null });
    const view = discView();
    const result = await api.segment(view, [DISC_PROMPT]);
    const candidates = result.objects[0] ?? [];
    expect(candidates).toHaveLength(3);
    const best = candidates.reduce((a, b) => (b.score > a.score ? b : a));
    expect(discIou(best.mask)).toBeGreaterThan(0.8);
    console.log(backend, JSON.stringify(result.timings), candidates.map((c) => [c.score, discIou(c.mask)]).join(' | '));
  });
});
