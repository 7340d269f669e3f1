import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../src/shared/mask.js';
import type { ObjectPrompt, SegmentResult } from '../../src/shared/segmentation.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { newTrackFromMask } from '../../src/tracking/tracker.js';
import { KeyframeRunner, type KeyframeRunnerParts } from '../../src/workers/keyframe-runner.js';
import { addObject, tracksOf } from '../../src/workers/scene.js';
import { SceneStore } from '../../src/workers/scene-store.js';
import { StageClock } from '../../src/workers/stage-clock.js';
import { discMask, FRAME, redAt } from './tracking-scene.js';

const NOW = 200_000;
const TIMINGS = { preprocessMs: 0, encodeMs: 0, decodeMs: 0 };
const RAN_TO = discMask(360, 240, 40, NOW);

/** A runner whose model gives `answer` to the first prompts on a picture and, on its embedding 7, `again` to further ones. */
function running(answer: Candidate, again: Candidate | null) {
  const told: string[] = [];
  const decoded: { embedding: number; prompts: readonly ObjectPrompt[] }[] = [];
  const result = (objects: readonly (readonly Candidate[])[]): SegmentResult => ({
    objects,
    appearance: redAt(360, 240, NOW),
    embedding: 7,
    timings: TIMINGS,
  });
  const api = {
    segment: (_view: unknown, prompts: readonly ObjectPrompt[]) => Promise.resolve(result(prompts.map(() => [answer]))),
    decode: (embedding: number, prompts: readonly ObjectPrompt[]) => {
      decoded.push({ embedding, prompts });
      return Promise.resolve(again === null ? null : result(prompts.map(() => [again])));
    },
  };
  type Job = (of: typeof api) => Promise<unknown>;
  const pool = {
    size: 1,
    run: async (job: Job) => ({ value: await job(api), worker: 'the worker' }),
    runOn: (_worker: unknown, job: Job) => job(api),
  };
  const store = new SceneStore(() => undefined);
  store.update((scene) =>
    addObject(scene, newTrackFromMask(1, discMask(300, 240, 40, 0), redAt(300, 240, 0)), 'thing'),
  );
  const parts = {
    store,
    shelf: { at: () => null, keepOnly: () => undefined },
    pixels: { read: () => ({ rgba: new Uint8ClampedArray(4), width: 1, height: 1 }) },
    engines: { promptable: pool, people: null },
    budget: { inputSize: 192, observeKeyframe: () => undefined },
    clock: new StageClock(),
    onAnswer: () => told.push('answered'),
    onIdle: () => told.push(`${runner.idle} idle`),
    onProblem: (problem: { what: string }) => {
      throw new Error(problem.what);
    },
  } as unknown as KeyframeRunnerParts;
  const runner = new KeyframeRunner(parts);
  const frame = { displayWidth: FRAME.width, displayHeight: FRAME.height, timestamp: NOW } as VideoFrame;
  const finish = async () => {
    await runner.finishDue(frame, (mask) => ({ ...mask, timestampUs: NOW }));
    return tracksOf(store.scene)[0]!;
  };
  return { finish, decoded, told };
}

describe('a keyframe', () => {
  it('asks anew on the same embedding where its answer is doubtful, and takes the better one', async () => {
    const left = { mask: discMask(290, 240, 30, NOW), score: 0.2 };
    const { finish, decoded } = running(left, { mask: RAN_TO, score: 0.8 });
    const track = await finish();
    expect(decoded).toMatchObject([{ embedding: 7, prompts: [{ box: null, mask: null }] }]);
    expect(maskIou(track.mask!, RAN_TO)).toBeGreaterThan(0.9);
  });

  it('goes on with its answer when the embedding is gone', async () => {
    const left = { mask: discMask(300, 240, 40, NOW), score: 0.3 };
    const { finish, decoded } = running(left, null);
    expect((await finish()).mask?.timestampUs).toBe(NOW);
    expect(decoded).toHaveLength(1);
  });

  it('tells when its worker can be asked again', async () => {
    const { finish, told } = running({ mask: RAN_TO, score: 0.9 }, null);
    await finish();
    expect(told).toEqual(['answered', '1 idle']);
  });

  it('asks once where its answer is good', async () => {
    const { finish, decoded } = running({ mask: RAN_TO, score: 0.9 }, { mask: RAN_TO, score: 0.9 });
    expect((await finish()).score).toBe(0.9);
    expect(decoded).toHaveLength(0);
  });
});
