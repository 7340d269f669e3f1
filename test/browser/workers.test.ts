import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import { matteIou } from '../../src/sample/matte-iou.js';
import { renderSampleFrame, SAMPLE_SCENE } from '../../src/sample/sample.js';
import type { FrameFeed, FrameMessage, SourceInfo } from '../../src/shared/frame.js';
import {
  DEFAULT_SETTINGS,
  type MaskObservation,
  type MaskObserverOptions,
  type PipelineApi,
  type PipelineEvent,
  type PipelineSettings,
} from '../../src/shared/pipeline-api.js';
import { sampleVideoFrame } from '../helpers/sample-frame.js';

const SIZE = SAMPLE_SCENE.size;
const SOURCE: SourceInfo = { kind: 'sample', label: 'test', size: SIZE, frameRate: 30, mirrored: false };
const APPLE = SAMPLE_SCENE.objects[6];

/** The production worker with everything a page would hold. */
class Bench {
  readonly worker = new Worker(new URL('../../src/workers/pipeline.worker.ts', import.meta.url), { type: 'module' });
  readonly api = Comlink.wrap<PipelineApi>(this.worker);
  readonly events: PipelineEvent[] = [];

  async start(settings: Partial<PipelineSettings> = {}): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<PipelineEvent>) => this.events.push(data);
    const canvas = document.createElement('canvas').transferControlToOffscreen();
    const started = await this.api.start(
      Comlink.transfer(
        {
          canvas,
          events: port2,
          settings: { ...DEFAULT_SETTINGS, ...settings },
          baseUrl: new URL('/', location.href).href,
        },
        [canvas, port2],
      ),
    );
    expect(started).toMatchObject({ ok: true });
  }

  /** Feeds frames `0..count` of the sample through a port, at most `inFlight` unacknowledged. */
  async play(count: number, inFlight = 2, from = 0): Promise<void> {
    const { port, send } = await this.feed();
    let taken = 0;
    let wake = (): void => undefined;
    port.onmessage = () => {
      taken++;
      wake();
    };
    for (let i = 0; i < count; i++) {
      while (i - taken >= inFlight) await new Promise<void>((resolve) => (wake = resolve));
      send(from + i);
    }
    while (taken < count) await new Promise<void>((resolve) => (wake = resolve));
    port.postMessage({ kind: 'end' } satisfies FrameMessage);
  }

  /** A source of frames of the sample, sent one by one; each is acknowledged on `port`. */
  async feed(): Promise<{ readonly port: MessagePort; readonly send: (index: number) => void }> {
    const { port1, port2 } = new MessageChannel();
    await this.api.setSource(SOURCE, Comlink.transfer({ kind: 'port', port: port2 } satisfies FrameFeed, [port2]));
    const send = (index: number): void => {
      const frame = sampleVideoFrame(index);
      port1.postMessage({ kind: 'frame', frame } satisfies FrameMessage, [frame]);
    };
    return { port: port1, send };
  }

  async observe(read: MaskObserverOptions['read'] = 'at-once'): Promise<MaskObservation[]> {
    const seen: MaskObservation[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<MaskObservation>) => seen.push(data);
    await this.api.observeMasks(Comlink.transfer({ port: port2, size: SIZE, read }, [port2]));
    return seen;
  }

  problems(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'problem' ? [`${event.problem.code}: ${event.problem.what}`] : [],
    );
  }
}

/** IoU of an observed matte with the true mask of the same frame. */
function iouWithTruth(observation: MaskObservation, id: number, objectId: number): number {
  const { ids } = renderSampleFrame(Math.round((observation.timestampUs * SAMPLE_SCENE.frameRate) / 1e6));
  const alpha = observation.mattes.find((matte) => matte.id === id)?.alpha;
  return alpha === undefined ? 0 : matteIou(alpha, ids, objectId);
}

function truthOf(objectId: number, index: number): Uint8Array {
  return Uint8Array.from(renderSampleFrame(index).ids, (id) => (id === objectId ? 255 : 0));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('pipeline worker', () => {
  let bench: Bench;
  afterEach(() => bench.worker.terminate());

  it('closes every frame it was given: 300 frames in, stop, opened = closed', async () => {
    bench = new Bench();
    await bench.start();
    await bench.play(300);
    const ledger = await bench.api.clearSource();
    expect(ledger.opened).toBeGreaterThanOrEqual(300);
    expect(ledger.closed).toBe(ledger.opened);
    expect(bench.problems()).toEqual([]);
  });

  it('closes every frame when it is stopped in the middle of taps and keyframes', async () => {
    bench = new Bench();
    await bench.start();
    await bench.play(3);
    for (const { tap } of SAMPLE_SCENE.objects.slice(0, 4)) {
      expect(await bench.api.addObject({ kind: 'point', point: { ...tap, inside: true } })).toMatchObject({ ok: true });
    }
    const playing = bench.play(5, 2, 3);
    await playing;
    const ledger = await bench.api.clearSource();
    expect(ledger.closed).toBe(ledger.opened);
  });

  it('lockstep: every frame waits for its own mask, and the result does not depend on how fast it is fed', async () => {
    bench = new Bench();
    await bench.start({ mode: 'lockstep', inputSize: 192, poolSize: 2 });
    const runs: MaskObservation[][] = [];
    for (const inFlight of [1, 2]) {
      const seen = await bench.observe();
      const { port, send } = await bench.feed();
      send(0);
      await expect.poll(() => seen.length).toBe(1);
      const added = await bench.api.addObject({ kind: 'point', point: { ...APPLE.tap, inside: true } });
      if (!added.ok) throw new Error(added.problem.what);
      let next = 1;
      port.onmessage = () => (next < 12 ? send(next++) : undefined);
      for (let i = 0; i < inFlight; i++) send(next++);
      await expect.poll(() => seen.length, { timeout: 60_000 }).toBe(12);
      const tapped = seen.slice(1);
      expect(tapped.flatMap(({ mattes }) => mattes.map(({ ageMs }) => ageMs))).toEqual(tapped.map(() => 0));
      expect(mean(tapped.map((each) => iouWithTruth(each, added.value, APPLE.id)))).toBeGreaterThan(0.75);
      runs.push(tapped);
      await bench.api.clearSource();
    }
    const alphas = runs.map((run) => run.map(({ mattes }) => mattes[0]?.alpha));
    expect(alphas[0]).toEqual(alphas[1]);
  });

  it('shows each frame late when told to, so that its mask is younger, in order and without losing one', async () => {
    const ages: number[] = [];
    for (const displayDelay of [0, 2] as const) {
      bench = new Bench();
      await bench.start({ displayDelay, inputSize: 192 });
      const seen = await bench.observe();
      const { send } = await bench.feed();
      send(0);
      await expect.poll(() => seen.length).toBe(1);
      const added = await bench.api.addMask({ size: SIZE, alpha: truthOf(APPLE.id, 0) });
      if (!added.ok) throw new Error(added.problem.what);
      for (let index = 1; index <= 12; index++) {
        send(index);
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
      await expect.poll(() => seen.at(-1)?.timestampUs, { timeout: 10_000 }).toBe(renderSampleFrame(12).timestampUs);
      const shown = seen.filter(({ mattes }) => mattes.length > 0);
      expect(shown.map(({ timestampUs }) => timestampUs)).toEqual(
        shown.map((_, i) => renderSampleFrame(13 - shown.length + i).timestampUs),
      );
      expect(shown.length).toBeGreaterThanOrEqual(12);
      expect(mean(shown.map((each) => iouWithTruth(each, added.value, APPLE.id)))).toBeGreaterThan(0.75);
      ages.push(mean(shown.map(({ mattes }) => mattes[0]!.ageMs)));
      const ledger = await bench.api.clearSource();
      expect(ledger.closed).toBe(ledger.opened);
      if (displayDelay === 0) bench.worker.terminate();
    }
    expect(ages[1]!).toBeLessThan(ages[0]!);
  });

  it('reads mattes afterwards as they were when they were shown', async () => {
    bench = new Bench();
    await bench.start({ mode: 'lockstep', inputSize: 192 });
    const runs: MaskObservation[][] = [];
    for (const read of ['at-once', 'afterwards'] as const) {
      const { port, send } = await bench.feed();
      send(0);
      await new Promise((resolve) => (port.onmessage = resolve));
      const seen = await bench.observe(read);
      const added = await bench.api.addMask({ size: SIZE, alpha: truthOf(APPLE.id, 0) });
      if (!added.ok) throw new Error(added.problem.what);
      let next = 1;
      port.onmessage = () => (next < 6 ? send(next++) : port.postMessage({ kind: 'end' } satisfies FrameMessage));
      send(next++);
      const ends = (): number => bench.events.filter(({ kind }) => kind === 'source-ended').length;
      await expect.poll(ends, { timeout: 60_000 }).toBe(runs.length + 1);
      if (read === 'afterwards') expect(seen).toEqual([]);
      const last = renderSampleFrame(5).timestampUs;
      expect(await bench.api.observeMasks(null)).toBeGreaterThanOrEqual(5);
      await expect.poll(() => seen.at(-1)?.timestampUs).toBe(last);
      const ledger = await bench.api.clearSource();
      expect(ledger.closed).toBe(ledger.opened);
      runs.push(seen.slice(-5));
    }
    const shown = runs.map((run) => run.map(({ timestampUs, mattes }) => ({ timestampUs, alpha: mattes[0]?.alpha })));
    expect(shown[0]!.every(({ alpha }) => alpha?.includes(255))).toBe(true);
    expect(shown[1]).toEqual(shown[0]);
  });

  it('refuses a mask that does not fit the picture, or that is empty', async () => {
    bench = new Bench();
    await bench.start();
    const alpha = new Uint8Array(SIZE.width * SIZE.height);
    expect(await bench.api.addMask({ size: SIZE, alpha })).toMatchObject({ problem: { code: 'no-picture-yet' } });
    await bench.play(1);
    const bad = [
      { size: SIZE, alpha },
      { size: { width: 4, height: 4 }, alpha: new Uint8Array(16).fill(255) },
      { size: SIZE, alpha: new Uint8Array(7) },
    ];
    for (const mask of bad) expect(await bench.api.addMask(mask)).toMatchObject({ problem: { code: 'mask-unusable' } });
  });

  it('offers three readings of a tap, takes another one, and undoes it', async () => {
    bench = new Bench();
    await bench.start();
    await bench.play(2);
    const added = await bench.api.addObject({ kind: 'point', point: { ...APPLE.tap, inside: true } });
    if (!added.ok) throw new Error(added.problem.what);
    const object = () => {
      const last = bench.events.findLast((event) => event.kind === 'objects');
      return last?.kind === 'objects' ? last.objects[0] : undefined;
    };
    await expect.poll(() => object()?.candidateScores.length ?? 0, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    await expect.poll(() => object()?.state).toBe('tracking');
    await expect
      .poll(() => bench.events.some((event) => event.kind === 'candidates' && event.bitmaps.length >= 3))
      .toBe(true);
    await bench.api.chooseCandidate(added.value, 1);
    await expect.poll(() => object()?.chosenCandidate).toBe(1);
    await bench.api.undo();
    await expect.poll(() => object()?.chosenCandidate).toBe(0);
    await bench.api.undo();
    await expect.poll(() => bench.events.findLast((event) => event.kind === 'objects')).toMatchObject({ objects: [] });
  });

  it('says what is wrong when there is no picture to tap on', async () => {
    bench = new Bench();
    await bench.start();
    const answer = await bench.api.addObject({ kind: 'point', point: { x: 1, y: 1, inside: true } });
    expect(answer).toMatchObject({ ok: false, problem: { code: 'no-picture-yet' } });
  });
});
