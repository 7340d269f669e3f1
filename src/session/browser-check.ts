import * as Comlink from 'comlink';
import type { FrameSource } from '../capture/frame-source.js';
import { matteIou } from '../sample/matte-iou.js';
import { renderSampleFrame, SAMPLE_SCENE, type SampleObject } from '../sample/sample.js';
import type { Problem } from '../shared/errors.js';
import type { Size } from '../shared/geometry.js';
import type { Backend, FrameLedger, MaskObservation, PipelineEvent, PipelineStats } from '../shared/pipeline-api.js';
import { DEFAULT_SETTINGS } from '../shared/pipeline-api.js';
import { closeBitmaps, PipelineConnection, startPipelineWorker } from './pipeline-connection.js';

/** What this browser offers; each `false` has a slower way round it, except `webgl2`. */
export type Abilities = {
  readonly isolated: boolean;
  readonly webgl2: boolean;
  readonly webgpu: boolean;
  readonly webCodecs: boolean;
  readonly trackProcessor: boolean;
  readonly privateStorage: boolean;
};

/** What was measured on the built-in sample with one tapped object. */
export type Measurement = {
  readonly object: string;
  readonly backend: Backend;
  /** From the tap to the first frame shown with a mask. */
  readonly firstMaskMs: number;
  /** Mean over all frames shown from then on, against the drawn truth of the same frame. */
  readonly meanIou: number;
  readonly framesMeasured: number;
  readonly seconds: number;
  readonly stats: PipelineStats;
  readonly ledger: FrameLedger;
};

export type CheckReport = {
  readonly abilities: Abilities;
  /** Null when it could not be measured; then `problems` says why. */
  readonly measurement: Measurement | null;
  readonly problems: readonly Problem[];
};

export type CheckStep = 'loading' | 'measuring' | 'scoring';

export type CheckOptions = {
  /** Nobody else has drawn on it; the pipeline draws there from now on. */
  readonly canvas: OffscreenCanvas;
  readonly openSample: () => FrameSource;
  /** Absolute URL of the app's folder, with a trailing slash. */
  readonly baseUrl: string;
  readonly seconds: number;
  /** @param done share of this step, 0..1 */
  readonly onStep: (step: CheckStep, done: number) => void;
};

/** Masks are compared at half the sample's size: a quarter of the memory, and edges still count. */
const OBSERVED: Size = { width: SAMPLE_SCENE.size.width / 2, height: SAMPLE_SCENE.size.height / 2 };
const FIRST_MASK_LIMIT_MS = 20_000;

export function readAbilities(): Abilities {
  return {
    isolated: crossOriginIsolated,
    webgl2: new OffscreenCanvas(1, 1).getContext('webgl2') !== null,
    webgpu: 'gpu' in navigator,
    webCodecs: typeof VideoEncoder === 'function',
    trackProcessor: 'MediaStreamTrackProcessor' in globalThis,
    privateStorage: 'getDirectory' in (navigator.storage ?? {}),
  };
}

/**
 * Plays the built-in sample through the same pipeline as the app, taps one object, and compares what is shown with the drawn truth.
 * Scoring comes after the run, so that it costs the run nothing.
 */
export async function checkBrowser(options: CheckOptions): Promise<CheckReport> {
  const problems: Problem[] = [];
  const abilities = readAbilities();
  const onEvent = (event: PipelineEvent): void => {
    closeBitmaps(event);
    if (event.kind === 'problem') problems.push(event.problem);
    if (event.kind === 'loading') options.onStep('loading', event.loadedBytes / Math.max(1, event.totalBytes));
  };
  const died = (reason: string): void => {
    problems.push({
      code: 'worker-died',
      what: `The pipeline stopped: ${reason}.`,
      mend: 'Reload the page and try again.',
    });
  };
  const pipeline = new PipelineConnection(startPipelineWorker(), onEvent, died);
  try {
    const start = {
      canvas: options.canvas,
      events: pipeline.eventsPort,
      settings: DEFAULT_SETTINGS,
      baseUrl: options.baseUrl,
    };
    const started = await pipeline.ask(pipeline.api.start(Comlink.transfer(start, [start.canvas, start.events])));
    if (!started.ok) return { abilities, measurement: null, problems: [...problems, started.problem] };
    const measurement = await measure(pipeline, started.value.backend, options, problems);
    return { abilities, measurement, problems };
  } catch (error) {
    // A pipeline that died has already said so.
    if (problems.length === 0) throw error;
    return { abilities, measurement: null, problems };
  } finally {
    pipeline.end('the check is over');
  }
}

async function measure(
  pipeline: PipelineConnection,
  backend: Backend,
  options: CheckOptions,
  problems: Problem[],
): Promise<Measurement | null> {
  const object: SampleObject = plainObject();
  const source = options.openSample();
  const watch = new Watch(options.seconds, (done) => options.onStep('measuring', done));
  try {
    const { api } = pipeline;
    const observer = { port: watch.port, size: OBSERVED, read: 'at-once' } as const;
    pipeline.tell(api.observeMasks(Comlink.transfer(observer, [observer.port])));
    const feed = source.openFeed();
    pipeline.tell(
      api.setSource(source.info, Comlink.transfer(feed, [feed.kind === 'stream' ? feed.stream : feed.port])),
    );
    await watch.firstFrame;
    const added = await pipeline.ask(api.addObject({ kind: 'point', point: { ...object.tap, inside: true } }));
    if (!added.ok) {
      problems.push(added.problem);
      return null;
    }
    watch.tapped();
    if (!(await watch.finished)) {
      problems.push({
        code: 'model-failed',
        what: `No mask came within ${FIRST_MASK_LIMIT_MS / 1000} seconds of the tap.`,
        mend: 'Close what else keeps this machine busy, and try again.',
      });
      return null;
    }
    const stats = await pipeline.ask(api.stats());
    pipeline.tell(api.observeMasks(null));
    const ledger = await pipeline.ask(api.clearSource());
    const meanIou = await score(watch.masked, object.id, (done) => options.onStep('scoring', done));
    const { firstMaskMs, masked } = watch;
    const { name } = object;
    return {
      object: name,
      backend,
      firstMaskMs,
      meanIou,
      framesMeasured: masked.length,
      seconds: options.seconds,
      stats,
      ledger,
    };
  } finally {
    source.stop();
    watch.end();
  }
}

function plainObject(): SampleObject {
  const found = SAMPLE_SCENE.objects.find((object) => object.plain);
  if (found === undefined) throw new Error('The sample has no plain object.');
  return found;
}

/** Collects what is shown: from the first frame with a mask on, for some seconds of source time. */
class Watch {
  /** The pipeline's end. */
  readonly port: MessagePort;
  readonly masked: MaskObservation[] = [];
  readonly firstFrame: Promise<void>;
  /** False when no mask came in time. */
  readonly finished: Promise<boolean>;
  firstMaskMs = 0;
  readonly #own: MessagePort;
  #tappedAt = 0;
  #limit: ReturnType<typeof setTimeout> | undefined;
  #finish: (gotMasks: boolean) => void = () => undefined;

  constructor(seconds: number, onProgress: (done: number) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#own = port1;
    this.port = port2;
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.firstFrame = new Promise((resolve) => {
      port1.onmessage = (message: MessageEvent<MaskObservation>) => {
        resolve();
        this.#take(message.data, seconds, onProgress);
      };
    });
  }

  tapped(): void {
    this.#tappedAt = performance.now();
    this.#limit = setTimeout(() => this.#finish(false), FIRST_MASK_LIMIT_MS);
  }

  end(): void {
    clearTimeout(this.#limit);
    this.#own.close();
  }

  #take(observation: MaskObservation, seconds: number, onProgress: (done: number) => void): void {
    if (this.#tappedAt === 0) return;
    const first = this.masked[0];
    if (first === undefined) {
      if (!observation.mattes.some((matte) => matte.state !== 'pending')) return;
      clearTimeout(this.#limit);
      this.firstMaskMs = performance.now() - this.#tappedAt;
    }
    this.masked.push(observation);
    const done = (observation.timestampUs - (first ?? observation).timestampUs) / (seconds * 1e6);
    onProgress(Math.min(1, done));
    if (done >= 1) this.#finish(true);
  }
}

/** A frame shown without the object's matte counts as a miss. */
async function score(
  observations: readonly MaskObservation[],
  objectId: number,
  onProgress: (done: number) => void,
): Promise<number> {
  let sum = 0;
  for (const [index, { timestampUs, mattes, size }] of observations.entries()) {
    const truth = renderSampleFrame(Math.round((timestampUs * SAMPLE_SCENE.frameRate) / 1e6), size);
    const alpha = mattes[0]?.alpha ?? new Uint8Array(size.width * size.height);
    sum += matteIou(alpha, truth.ids, objectId);
    onProgress((index + 1) / observations.length);
    // The page stays alive between frames.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return sum / Math.max(1, observations.length);
}
