import { fail, ok, type Problem, type Result } from '../shared/errors.js';
import type { Size } from '../shared/geometry.js';
import type { Backend, PipelineSettings } from '../shared/pipeline-api.js';
import { backendOrder, readBackendFacts, type BackendFacts } from '../segmentation/backends.js';
import { loadFiles, loadManifest, type LoadProgress } from '../segmentation/model-loader.js';
import type { ModelManifest } from '../segmentation/model-manifest.js';
import { peopleView } from '../segmentation/people-view.js';
import { InferencePool } from './inference-pool.js';
import { planPool } from './pool-plan.js';
import type { InferenceSetup } from './inference-api.js';

const spawnInferenceWorker = (): Worker =>
  new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module', name: 'liveroto-inference' });

const noModel = (engine: string): Result<never> =>
  fail(
    'model-missing',
    `The list of models names none for the ${engine} engine.`,
    'The app was not installed completely on its server; reload the page once it is.',
  );

export type EnginesHooks = {
  readonly onProgress: (progress: LoadProgress) => void;
  /** Something went wrong that the pool dealt with itself, or that needs the person. */
  readonly onProblem: (problem: Problem) => void;
};

type PromptableFiles = Readonly<Record<'encoder' | 'decoder', ArrayBuffer>>;

/** The inference workers: a pool for prompts, and one worker for people once somebody asks for it. */
export class Engines {
  readonly #baseUrl: string;
  readonly #hooks: EnginesHooks;
  #manifest: ModelManifest | null = null;
  #model: PromptableFiles | null = null;
  #promptable: InferencePool | null = null;
  #people: InferencePool | null = null;
  #peopleStarting: Promise<Result<null>> | null = null;
  #backend: Backend | null = null;
  #threads = 1;
  #replacedWorkers = 0;
  /** Backends that gave wrong answers or did not start here; not tried again while this page lives. */
  readonly #demoted = new Set<Backend>();

  constructor(baseUrl: string, hooks: EnginesHooks) {
    this.#baseUrl = baseUrl;
    this.#hooks = hooks;
  }

  get promptable(): InferencePool | null {
    return this.#promptable;
  }

  get people(): InferencePool | null {
    return this.#people;
  }

  get backend(): Backend | null {
    return this.#backend;
  }

  get replacedWorkers(): number {
    return this.#replacedWorkers;
  }

  get threads(): number {
    return this.#threads;
  }

  /** Loads the model if it is not there yet, then starts the pool on the fastest backend that gives the right answer. */
  async start(signal: AbortSignal, settings: PipelineSettings): Promise<Result<{ readonly backend: Backend }>> {
    const model = await this.#loadPromptable(signal);
    if (!model.ok) return model;
    const facts = await readBackendFacts();
    let last: Problem | null = null;
    for (const backend of backendOrder(facts, settings.backend)) {
      if (this.#demoted.has(backend)) continue;
      const started = await this.#startOn(signal, backend, settings, facts, model.value);
      if (started.ok) return started;
      last = started.problem;
      this.#demoted.add(backend);
      this.#hooks.onProblem({ ...last, mend: `${last.mend} LiveRoto goes on without the ${backend} backend.` });
    }
    return {
      ok: false,
      problem: last ?? {
        code: 'model-failed',
        what: 'No way of running the model is left in this browser.',
        mend: 'Reload the page; if it happens again, update the browser.',
      },
    };
  }

  async #startOn(
    signal: AbortSignal,
    backend: Backend,
    settings: PipelineSettings,
    facts: BackendFacts,
    model: PromptableFiles,
  ): Promise<Result<{ readonly backend: Backend }>> {
    const { size, threads } = planPool(settings, backend, facts.cores);
    const setup: InferenceSetup = {
      engine: 'promptable',
      encoder: model.encoder,
      decoder: model.decoder,
      backend,
      threads,
      ortUrl: `${this.#baseUrl}ort/`,
    };
    const pool = await InferencePool.start(signal, spawnInferenceWorker, setup, size, () => this.#workerDied());
    if (!pool.ok) return pool;
    this.#promptable?.stop();
    this.#promptable = pool.value;
    this.#backend = backend;
    this.#threads = threads;
    return ok({ backend });
  }

  /** Starts the people engine, once, however often it is asked for. The model is chosen by the frame's shape. */
  startPeople(signal: AbortSignal, frame: Size): Promise<Result<null>> {
    if (this.#people !== null) return Promise.resolve(ok(null));
    this.#peopleStarting ??= this.#startPeople(signal, frame).finally(() => (this.#peopleStarting = null));
    return this.#peopleStarting;
  }

  async #startPeople(signal: AbortSignal, frame: Size): Promise<Result<null>> {
    const manifest = await this.#loadManifest(signal);
    if (!manifest.ok) return manifest;
    const wanted = peopleView(frame).model;
    const entry = manifest.value.people.find(({ id }) => id.includes(wanted)) ?? manifest.value.people[0];
    if (entry === undefined) return noModel('people');
    const files = await loadFiles(signal, this.#manifestUrl, entry.files, this.#hooks.onProgress);
    if (!files.ok) return files;
    const setup: InferenceSetup = {
      engine: 'people',
      model: files.value.model,
      visionUrl: `${this.#baseUrl}vision`,
    };
    const pool = await InferencePool.start(signal, spawnInferenceWorker, setup, 1, () => this.#workerDied());
    if (!pool.ok) return pool;
    this.#people = pool.value;
    return ok(null);
  }

  stop(): void {
    this.#promptable?.stop();
    this.#people?.stop();
    this.#promptable = null;
    this.#people = null;
  }

  get #manifestUrl(): string {
    return `${this.#baseUrl}models/manifest.json`;
  }

  async #loadManifest(signal: AbortSignal): Promise<Result<ModelManifest>> {
    if (this.#manifest !== null) return ok(this.#manifest);
    const loaded = await loadManifest(signal, this.#manifestUrl);
    if (loaded.ok) this.#manifest = loaded.value;
    return loaded;
  }

  async #loadPromptable(signal: AbortSignal): Promise<Result<PromptableFiles>> {
    if (this.#model !== null) return ok(this.#model);
    const manifest = await this.#loadManifest(signal);
    if (!manifest.ok) return manifest;
    const entry = manifest.value.promptable[0];
    if (entry === undefined) return noModel('promptable');
    const files = await loadFiles(signal, this.#manifestUrl, entry.files, this.#hooks.onProgress);
    if (files.ok) this.#model = files.value;
    return files;
  }

  /** The pool replaces it and does its work again: the person sees a late mask and, under Health, the count. */
  #workerDied(): void {
    this.#replacedWorkers++;
  }
}
