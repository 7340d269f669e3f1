import { afterEach, describe, expect, it } from 'vitest';
import type { InferenceSetup } from '../../src/workers/inference-api.js';
import { loadFiles, loadManifest } from '../../src/segmentation/model-loader.js';
import type { PeopleModel } from '../../src/segmentation/model-manifest.js';
import { peopleView, type PeopleModelName } from '../../src/segmentation/people-view.js';
import { NO_PROMPT } from '../fixtures/segmentation-scene.js';
import { portraitIou, portraitView } from '../fixtures/segmentation-portrait.js';
import { fetchedByWorker, foreign, startInferenceWorker, stopInferenceWorkers } from '../helpers/inference-worker.js';

const signal = new AbortController().signal;
const MANIFEST_URL = new URL('/models/manifest.json', location.href).href;
const visionUrl = new URL('/vision', location.href).href;

async function listed(name: PeopleModelName): Promise<PeopleModel> {
  const manifest = await loadManifest(signal, MANIFEST_URL);
  const model = manifest.ok ? manifest.value.people.find(({ id }) => id === `people-${name}`) : undefined;
  if (model === undefined) throw new Error(`no people model "${name}"`);
  return model;
}

async function people(model: PeopleModel): Promise<InferenceSetup> {
  const files = await loadFiles(signal, MANIFEST_URL, model.files, () => undefined);
  if (!files.ok) throw new Error(files.problem.what);
  return { engine: 'people', model: files.value.model, visionUrl };
}

afterEach(stopInferenceWorkers);

describe.each<PeopleModelName>(['square', 'landscape'])('the people engine in a worker with its %s model', (name) => {
  it('finds a person, nobody in an empty room, and fetches from its own origin alone', async () => {
    const model = await listed(name);
    const api = startInferenceWorker();
    expect(await api.setup(await people(model))).toEqual({ ok: true, value: null });

    const view = portraitView(model.input, true);
    const result = await api.segment(view, [NO_PROMPT, NO_PROMPT]);
    expect(result).toMatchObject({ appearance: null, embedding: null });
    expect(result.objects.map((candidates) => candidates.length)).toEqual([1, 1]);
    const found = result.objects[0]?.[0];
    if (found === undefined) throw new Error('no mask');
    expect(found.mask).toMatchObject({ ...model.input, viewport: view.viewport, timestampUs: view.timestampUs });
    expect(portraitIou(found.mask)).toBeGreaterThan(0.85);
    expect(found.score).toBeGreaterThan(0.8);

    const empty = await api.segment(portraitView(model.input, false), [NO_PROMPT]);
    expect(empty.objects[0]?.[0]?.score).toBe(0);
    expect(await api.decode(1, [NO_PROMPT])).toBeNull();

    const fetched = await fetchedByWorker();
    expect(fetched.some((url) => url.startsWith(`${visionUrl}/vision_wasm_module_internal`))).toBe(true);
    expect(foreign(fetched)).toEqual([]);
  });
});

describe('the people engine', () => {
  it('is asked for views of the size its models take', async () => {
    expect(peopleView({ width: 1280, height: 720 }).size).toEqual((await listed('landscape')).input);
    expect(peopleView({ width: 720, height: 1280 }).size).toEqual((await listed('square')).input);
  });

  it('says as a value that a model cannot be read', async () => {
    const setup: InferenceSetup = { engine: 'people', model: new Uint8Array(100).buffer, visionUrl };
    expect(await startInferenceWorker().setup(setup)).toMatchObject({ ok: false, problem: { code: 'people-failed' } });
  });
});
