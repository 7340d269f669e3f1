/** A page that plays a clip into the production pipeline as a camera would, and compares what is shown with the truth. */
import * as Comlink from 'comlink';
import { PipelineConnection, closeBitmaps, startPipelineWorker } from '../src/session/pipeline-connection.js';
import { messageOf, type Problem } from '../src/shared/errors.js';
import { FrameSender } from '../src/shared/frame-sender.js';
import type { Point } from '../src/shared/geometry.js';
import { DEFAULT_SETTINGS, type MaskObservation } from '../src/shared/pipeline-api.js';
import { deepestPoint, iouWith, loadPicture, loadTruth, type Truth } from './pictures.js';
import type { ClipResult, ClipRun, ShownFrame } from './track-contract.js';

const FIRST_MASK_LIMIT_MS = 60_000;
const BASE_URL = new URL('../', document.baseURI).href;

const waitUntil = (time: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

function takeStage(): OffscreenCanvas {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  return canvas.transferControlToOffscreen();
}

/** Posts the pictures as frames at their time; frame `n` of the run has the timestamp `n / frameRate`, the still ones before it too. */
class Player {
  readonly #sender: FrameSender;
  readonly #pictures: readonly ImageBitmap[];
  readonly #frameMs: number;
  /** What was on each posted frame. */
  readonly pictureAt = new Map<number, number>();
  #posted = 0;
  #nextAt = performance.now();

  constructor(port: MessagePort, pictures: readonly ImageBitmap[], frameRate: number) {
    this.#sender = new FrameSender(port);
    this.#pictures = pictures;
    this.#frameMs = 1000 / frameRate;
  }

  end(): void {
    this.#sender.end();
  }

  async post(picture: number): Promise<void> {
    await waitUntil(this.#nextAt);
    this.#nextAt = Math.max(this.#nextAt + this.#frameMs, performance.now());
    const timestamp = Math.round(this.#posted++ * this.#frameMs * 1000);
    this.pictureAt.set(timestamp, picture);
    this.#sender.takeFrame(new VideoFrame(this.#pictures[picture]!, { timestamp }));
  }
}

type Measured = { readonly observations: readonly MaskObservation[]; readonly pictureAt: ReadonlyMap<number, number> };

async function runClip(run: ClipRun): Promise<ClipResult> {
  const pictures = await Promise.all(run.frames.map(loadPicture));
  const truths = run.truths === null ? null : await Promise.all(run.truths.map(loadTruth));
  const problems: Problem[] = [];
  const pipeline = new PipelineConnection(
    startPipelineWorker(),
    (event) => {
      closeBitmaps(event);
      if (event.kind === 'problem') problems.push(event.problem);
    },
    (reason) => console.error(`The pipeline died: ${reason}`),
  );
  try {
    const { api } = pipeline;
    const settings = { ...DEFAULT_SETTINGS, ...run.settings };
    const start = { canvas: takeStage(), events: pipeline.eventsPort, settings, baseUrl: BASE_URL };
    const started = await pipeline.ask(api.start(Comlink.transfer(start, [start.canvas, start.events])));
    if (!started.ok) throw new Error(started.problem.what);

    const size = { width: pictures[0]!.width, height: pictures[0]!.height };
    const masks = new MessageChannel();
    const observations: MaskObservation[] = [];
    masks.port1.onmessage = (message: MessageEvent<MaskObservation>) => observations.push(message.data);
    pipeline.tell(api.observeMasks(Comlink.transfer({ port: masks.port2, size }, [masks.port2])));
    const feed = new MessageChannel();
    const info = { kind: 'camera', label: 'clip', size, frameRate: run.frameRate, mirrored: false } as const;
    pipeline.tell(api.setSource(info, Comlink.transfer({ kind: 'port', port: feed.port2 }, [feed.port2])));

    // The camera stands still until the tap is answered.
    const player = new Player(feed.port1, pictures, run.frameRate);
    while (observations.length === 0) await player.post(0);
    const tappedAt = performance.now();
    const added = await pipeline.ask(
      run.tap === 'people'
        ? api.addPeople()
        : api.addObject({ kind: 'point', point: { ...tapOf(run.tap, truths), inside: true } }),
    );
    if (!added.ok) throw new Error(added.problem.what);
    const answered = (): boolean => observations.at(-1)!.mattes.some(({ state }) => state !== 'pending');
    while (!answered()) {
      if (performance.now() - tappedAt > FIRST_MASK_LIMIT_MS)
        throw new Error(`No mask. ${problems.map(({ what }) => what).join(' ')}`);
      await player.post(0);
    }
    const firstMaskMs = performance.now() - tappedAt;

    const before = observations.length - 1;
    for (const index of pictures.keys()) await player.post(index);
    player.end();
    await waitUntil(performance.now() + 500);
    const stats = await pipeline.ask(api.stats());
    const ledger = await pipeline.ask(api.clearSource());
    const measured = { observations: observations.slice(before), pictureAt: player.pictureAt };
    return { ...score(measured, truths), firstMaskMs, stats, ledger };
  } finally {
    pipeline.end('the run is over');
    for (const picture of pictures) picture.close();
  }
}

function tapOf(tap: Point | 'deepest', truths: readonly Truth[] | null): Point {
  if (tap !== 'deepest') return tap;
  const first = truths?.[0];
  if (first === undefined) throw new Error('The deepest point of what? No truth was given.');
  return deepestPoint(first);
}

function score(
  { observations, pictureAt }: Measured,
  truths: readonly Truth[] | null,
): Pick<ClipResult, 'shown' | 'meanIou' | 'firstMaskIou'> {
  const first = observations[0]?.mattes[0]?.alpha;
  const shown = observations.map(({ timestampUs, mattes }): ShownFrame => {
    const frame = pictureAt.get(timestampUs);
    if (frame === undefined) throw new Error(`A mask for ${timestampUs} µs, when no frame was.`);
    const matte = mattes[0];
    if (matte === undefined) return { frame, iou: null, coverage: 0, ageMs: 0 };
    const truth = truths?.[frame];
    const covered = matte.alpha.reduce((sum, value) => sum + value, 0) / 255;
    const iou = truth === undefined ? null : iouWith(truth, matte.alpha);
    return { frame, iou, coverage: covered / matte.alpha.length, ageMs: matte.ageMs };
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  return {
    shown,
    meanIou: truths === null ? null : mean(shown.map(({ iou }) => iou ?? 0)),
    firstMaskIou:
      truths === null || first === undefined ? null : mean(shown.map(({ frame }) => iouWith(truths[frame]!, first))),
  };
}

window.runClip = (run) =>
  runClip(run).catch((error: unknown) => {
    throw new Error(messageOf(error));
  });
