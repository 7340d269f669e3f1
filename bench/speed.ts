/** A page that times the production engine on every backend of this browser, in turns with the models it is compared to. */
import * as Comlink from 'comlink';
import { messageOf } from '../src/shared/errors.js';
import type { PixelView } from '../src/shared/frame.js';
import type { Size } from '../src/shared/geometry.js';
import type { Backend } from '../src/shared/pipeline-api.js';
import type { ObjectPrompt } from '../src/shared/segmentation.js';
import { backendOrder, readBackendFacts } from '../src/segmentation/backends.js';
import type { InferenceApi } from '../src/workers/inference-api.js';
import { INPUT_SIZES } from '../src/workers/live-budget.js';
import { fetchBytes, ORT_URL, startEngine } from './engine.js';
import type { ObjectCount, SpeedResult, SpeedRow, SpeedRun } from './speed-contract.js';
import type { MobileSamApi } from './speed/mobile-sam.worker.js';

const COUNTS: readonly ObjectCount[] = [1, 4, 8];
const VISION_URL = new URL('../vision', document.baseURI).href;
const PEOPLE_SIZE: Size = { width: 256, height: 256 };

window.speedProgress = 0;

/** Times one thing once and keeps what it measured. */
type Turn = () => Promise<void>;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Something to look at: cost does not depend on what is seen. */
function viewOf({ width, height }: Size): PixelView {
  const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 7919) % 256);
  return { rgba, width, height, viewport: { x: 0, y: 0, width, height }, timestampUs: 0 };
}

/** What a followed object is asked with: a point, a box and a mask (the look of it costs the same whether given or not). */
function promptsOf(count: number, size: number): ObjectPrompt[] {
  const viewport = { x: 0, y: 0, width: size, height: size };
  const mask = { data: new Float32Array(64 * 64), width: 64, height: 64, viewport, timestampUs: 0 };
  return Array.from({ length: count }, (_, i) => ({
    points: [{ x: size / 2 + i, y: size / 2, inside: true }],
    box: { x0: size / 4, y0: size / 4, x1: (3 * size) / 4, y1: (3 * size) / 4 },
    mask,
    target: null,
    distractor: null,
  }));
}

type Series = { readonly turn: Turn; readonly row: () => SpeedRow };

function seriesOf(
  engine: Awaited<ReturnType<typeof startEngine>>,
  backend: Backend,
  threads: number,
  size: number,
): Series {
  const view = viewOf({ width: size, height: size });
  const encode: number[] = [];
  const decode: Record<ObjectCount, number[]> = { 1: [], 4: [], 8: [] };
  return {
    turn: async () => {
      const { embedding, timings } = await engine.segment(view, []);
      encode.push(timings.encodeMs);
      for (const count of COUNTS) {
        const decoded = await engine.decode(embedding!, promptsOf(count, size));
        decode[count].push(decoded!.timings.decodeMs);
      }
    },
    row: () => ({
      backend,
      threads,
      size,
      encodeMs: median(encode.slice(1)),
      decodeMs: { 1: median(decode[1].slice(1)), 4: median(decode[4].slice(1)), 8: median(decode[8].slice(1)) },
    }),
  };
}

async function ownSeries(model: string): Promise<Series[]> {
  const facts = await readBackendFacts();
  const series: Series[] = [];
  for (const backend of backendOrder(facts).toReversed()) {
    const threads = backend === 'wasm-threads' ? facts.cores : 1;
    const engine = await startEngine(model, backend, threads);
    series.push(...INPUT_SIZES.map((size) => seriesOf(engine, backend, threads, size)));
  }
  return series;
}

async function mobileSamSeries(peers: string) {
  const worker = new Worker(new URL('./speed/mobile-sam.worker.ts', import.meta.url), { type: 'module' });
  const mobileSam = Comlink.wrap<MobileSamApi>(worker);
  const file = (part: string): Promise<ArrayBuffer> => fetchBytes(`${peers}/mobilesam-graph-${part}.onnx`);
  await mobileSam.start(await file('encoder'), await file('decoder'), ORT_URL);
  const times: { encodeMs: number; decodeMs: number }[] = [];
  return {
    turn: async () => void times.push(await mobileSam.measure()),
    result: () => ({
      encodeMs: median(times.slice(1).map(({ encodeMs }) => encodeMs)),
      decodeMs: median(times.slice(1).map(({ decodeMs }) => decodeMs)),
    }),
  };
}

async function mediaPipeSeries(peers: string) {
  const worker = new Worker(new URL('../src/workers/inference.worker.ts', import.meta.url), { type: 'module' });
  const people = Comlink.wrap<InferenceApi>(worker);
  const model = await fetchBytes(`${peers}/selfie_segmenter.tflite`);
  const ready = await people.setup({ engine: 'people', model, visionUrl: VISION_URL });
  if (!ready.ok) throw new Error(ready.problem.what);
  const view = viewOf(PEOPLE_SIZE);
  const times: number[] = [];
  return {
    turn: async () => void times.push((await people.segment(view, [])).timings.encodeMs),
    result: () => median(times.slice(1)),
  };
}

/** Everything takes turns, round by round, so that what else the machine does slows all alike. The first round, the slowest, is not counted. */
async function measureSpeed({ model, peers, rounds }: SpeedRun): Promise<SpeedResult> {
  const own = await ownSeries(model);
  const mobileSam = peers === null ? null : await mobileSamSeries(peers);
  const mediaPipe = peers === null ? null : await mediaPipeSeries(peers);
  for (let round = 0; round <= rounds; round++) {
    for (const { turn } of [
      ...own,
      ...(mediaPipe === null ? [] : [mediaPipe]),
      ...(mobileSam === null ? [] : [mobileSam]),
    ])
      await turn();
    window.speedProgress = round;
  }
  return {
    rows: own.map(({ row }) => row()),
    mobileSam: mobileSam?.result() ?? null,
    mediaPipeMs: mediaPipe?.result() ?? null,
    cores: navigator.hardwareConcurrency,
  };
}

window.measureSpeed = (run) =>
  measureSpeed(run).catch((error: unknown) => {
    throw new Error(messageOf(error));
  });
