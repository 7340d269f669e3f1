/** A page that gives a clip to the production pipeline and compares what is shown with the truth. */
import * as Comlink from 'comlink';
import { PipelineConnection, closeBitmaps, startPipelineWorker } from '../src/session/pipeline-connection.js';
import { messageOf, type Problem, type Result } from '../src/shared/errors.js';
import type { Size } from '../src/shared/geometry.js';
import {
  DEFAULT_SETTINGS,
  type MaskObserverOptions,
  type ObjectId,
  type PipelineEvent,
  type PipelineStats,
} from '../src/shared/pipeline-api.js';
import { mean } from './measures/mean.js';
import type { Labels } from './measures/png.js';
import { bitsOf, boxOf, deepestPoint, loadLabels, objectsOf } from './measures/truth.js';
import type { ClipInit, ClipProgress, ClipResult, ClipRun } from './track-contract.js';
import { Film, Player, Watcher } from './track-player.js';
import { scoreClip } from './track-score.js';

const FIRST_MASK_LIMIT_MS = 60_000;
const END_LIMIT_MS = 30_000;
/** Long enough for a slow machine to have compiled everything, and for the size of the model's input to have settled. */
const WARM_UP_MS = 8000;
const BASE_URL = new URL('../', document.baseURI).href;

window.clipProgress = { doing: 'loading', done: 0 };
const progress = (doing: ClipProgress['doing'], done: number): void => {
  window.clipProgress = { doing, done };
};

function takeStage(): OffscreenCanvas {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  return canvas.transferControlToOffscreen();
}

/** The production pipeline, and what it has told. */
class Bench {
  readonly pipeline: PipelineConnection;
  readonly problems: Problem[] = [];
  stats: PipelineStats[] = [];
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.pipeline = new PipelineConnection(
      startPipelineWorker(),
      (event) => this.#onEvent(event),
      (reason) => console.error(`The pipeline died: ${reason}`),
    );
  }

  #onEvent(event: PipelineEvent): void {
    closeBitmaps(event);
    if (event.kind === 'problem') this.problems.push(event.problem);
    if (event.kind === 'stats') this.stats.push(event.stats);
    if (event.kind === 'source-ended') this.#end();
  }
}

async function runClip(run: ClipRun): Promise<ClipResult> {
  const settings = { ...DEFAULT_SETTINGS, ...run.settings };
  const film = new Film(run.frames);
  const first = await loadLabels(run.truths[0]!);
  const objects = objectsOf(first);
  const size = { width: first.width, height: first.height };
  const bench = new Bench();
  const { pipeline } = bench;
  const { api } = pipeline;
  try {
    if (settings.mode === 'live') await film.loadAll();
    const start = { canvas: takeStage(), events: pipeline.eventsPort, settings, baseUrl: BASE_URL };
    valueOf(await pipeline.ask(api.start(Comlink.transfer(start, [start.canvas, start.events]))));
    const watcher = new Watcher();
    const observe = (read: MaskObserverOptions['read']): Promise<number> => {
      const observer = watcher.observer(size, read);
      return pipeline.ask(api.observeMasks(Comlink.transfer(observer, [observer.port])));
    };
    await observe('at-once');
    const feed = new MessageChannel();
    const info = { kind: 'camera', label: 'clip', size, frameRate: run.frameRate, mirrored: false } as const;
    pipeline.tell(api.setSource(info, Comlink.transfer({ kind: 'port', port: feed.port2 }, [feed.port2])));
    const { frameRate } = run;
    const player = new Player({ port: feed.port1, film, size, frameRate, mode: settings.mode, watcher });

    while (watcher.last === undefined) await player.post(0);
    if (settings.mode === 'live') await warmUp(pipeline, player, size);
    const askedAt = performance.now();
    const ids = await introduce(pipeline, run.init, first, objects);
    // A given mask belongs to the picture on screen: the clip goes on from there. A prompt is answered while the camera stands still.
    const given = run.init === 'mask';
    if (!given) await standStill(bench, player, watcher, ids);
    const firstMaskMs = performance.now() - askedAt;

    // Reading mattes back takes a good part of a slow machine's time, which nobody spends who only watches.
    let sent = settings.mode === 'live' ? await observe('afterwards') : 0;
    bench.stats = [];
    const beginUs = player.nextUs;
    const from = given ? 1 : 0;
    for (let index = from; index < run.frames.length; index++) {
      await player.post(index);
      progress('playing', index + 1);
    }
    await player.end();
    await within(END_LIMIT_MS, bench.ended);
    const stats = await pipeline.ask(api.stats());
    const rates = [...bench.stats, stats].map((each) => each.keyframesPerSecond);
    sent += await pipeline.ask(api.observeMasks(null));
    await watcher.untilCount(sent);
    const ledger = await pipeline.ask(api.clearSource());
    const shown = watcher.shown.filter(({ timestampUs }) => timestampUs >= beginUs);
    const scored = await scoreClip(
      { run, film, objects, ids, shown, posted: player.posted, size, played: run.frames.length - from },
      (done) => progress('scoring', done),
    );
    return { ...scored, keyframesPerSecond: mean(rates), firstMaskMs, stats, ledger };
  } finally {
    pipeline.end('the run is over');
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.what} ${result.problem.mend}`);
  return result.value;
}

/** Lets the pipeline follow something on the still first picture for a while: the browser compiles code as it runs, and nobody measures a cold camera. */
async function warmUp(pipeline: PipelineConnection, player: Player, size: Size): Promise<void> {
  const { api } = pipeline;
  const point = { x: size.width / 2, y: size.height / 2, inside: true };
  const id = valueOf(await pipeline.ask(api.addObject({ kind: 'point', point })));
  for (const until = performance.now() + WARM_UP_MS; performance.now() < until;) await player.post(0);
  pipeline.tell(api.removeObject(id));
}

/** Tells the pipeline which objects to follow. @returns their ids there, in the order of `objects` */
async function introduce(
  pipeline: PipelineConnection,
  init: ClipInit,
  first: Labels,
  objects: readonly number[],
): Promise<ObjectId[]> {
  const { api } = pipeline;
  const ids: ObjectId[] = [];
  for (const object of objects) {
    const bits = bitsOf(first, object);
    const size = { width: first.width, height: first.height };
    const added = (): Promise<Result<ObjectId>> => {
      switch (init) {
        case 'people':
          return api.addPeople();
        case 'mask':
          return api.addMask({ size, alpha: bits.map((bit) => bit * 255) });
        case 'box':
          return api.addObject({ kind: 'box', box: boxOf(bits, size)! });
        case 'tap':
          return api.addObject({ kind: 'point', point: { ...deepestPoint(bits, size), inside: true } });
      }
    };
    ids.push(valueOf(await pipeline.ask(added())));
  }
  return ids;
}

/** The camera stands still until every object has its first mask. */
async function standStill(bench: Bench, player: Player, watcher: Watcher, ids: readonly ObjectId[]): Promise<void> {
  const until = performance.now() + FIRST_MASK_LIMIT_MS;
  const isShown = (id: ObjectId): boolean => {
    const state = watcher.last?.mattes.get(id)?.state;
    return state !== undefined && state !== 'pending';
  };
  while (!ids.every(isShown)) {
    if (performance.now() > until)
      throw new Error(`No mask in a minute. ${bench.problems.map(({ what }) => what).join(' ')}`);
    await player.post(0);
  }
}

/** A source that does not end would only be waited for in vain: what was shown is scored all the same. */
const within = (ms: number, work: Promise<void>): Promise<void> =>
  Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, ms))]);

window.runClip = (run) =>
  runClip(run).catch((error: unknown) => {
    throw new Error(messageOf(error));
  });
