import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SegmentResult } from '../../src/shared/segmentation.js';
import {
  answerOf,
  formatAnswer,
  packMask,
  parseAnswer,
  type GoldenAnswer,
} from '../../src/segmentation/golden-answer.js';
import { goldenPrompts, goldenView } from '../../src/segmentation/golden-scene.js';
import { parseManifest } from '../../src/segmentation/model-manifest.js';
import type { Segmenter } from '../../src/segmentation/segmenter.js';
import { answersIou, selfCheck } from '../../src/segmentation/self-check.js';
import { nodeSegmenter, repoBytes, repoPath } from '../fixtures/segmentation-models.js';

const goldenText = (): Promise<string> => readFile(repoPath('models/golden.json'), 'utf8');

/** An engine that answers like another, but for what `spoil` does to the answer. */
const spoiled = (honest: Segmenter, spoil: (result: SegmentResult) => SegmentResult): Segmenter => ({
  kind: honest.kind,
  segment: async (view, prompts) => spoil(await honest.segment(view, prompts)),
  decode: () => Promise.resolve(null),
  dispose: () => Promise.resolve(),
});

describe('the golden answer', () => {
  let golden: GoldenAnswer;
  let segmenter: Segmenter;
  beforeAll(async () => {
    golden = parseAnswer(await goldenText());
    segmenter = await nodeSegmenter();
  });
  afterAll(() => segmenter.dispose());

  it('belongs to the embedded model (else run scripts/golden.mjs)', async () => {
    const [model] = parseManifest(await readFile(repoPath('models/manifest.json'), 'utf8')).promptable;
    const { encoder, decoder } = model?.files ?? {};
    expect(JSON.parse(await goldenText())).toMatchObject({
      madeWith: { encoder: encoder?.sha256, decoder: decoder?.sha256 },
    });
  });

  it('is worth comparing with: every mask covers a sizeable part of the picture', () => {
    expect(golden.masks).toHaveLength(9);
    const view = goldenView();
    const cells = (view.width / 4) * (view.height / 4);
    for (const mask of golden.masks) {
      const inside = mask.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      expect(inside / cells).toBeGreaterThan(0.1);
      expect(inside / cells).toBeLessThan(0.6);
    }
  });

  it('is what the model says', async () => {
    expect(await selfCheck(segmenter, golden)).toMatchObject({ ok: true });
  });

  it('is not what a model with damaged weights says', async () => {
    const encoder = await repoBytes('models/encoder.onnx');
    new Uint8Array(encoder, Math.floor(encoder.byteLength / 2), 40_000).fill(0x35);
    const damaged = await nodeSegmenter(encoder);
    expect(await selfCheck(damaged, golden)).toMatchObject({ ok: false, problem: { code: 'self-check-failed' } });
    await damaged.dispose();
  });

  it.each<[string, (logit: number, cell: number) => number]>([
    ['turned inside out', (logit) => -logit],
    ['empty', () => -9],
    ['not numbers', () => Number.NaN],
    ['half missing', (logit, cell) => (cell % 48 < 18 ? -9 : logit)],
  ])('is not a mask that is %s', async (_name, change) => {
    const spoil = (result: SegmentResult): SegmentResult => ({
      ...result,
      objects: result.objects.map((candidates) =>
        candidates.map(({ mask, score }) => ({ score, mask: { ...mask, data: mask.data.map(change) } })),
      ),
    });
    expect(await selfCheck(spoiled(segmenter, spoil), golden)).toMatchObject({ ok: false });
  });

  it('is not masks with wrong scores, or too few objects', async () => {
    const shy = (result: SegmentResult): SegmentResult => ({
      ...result,
      objects: result.objects.map((candidates) => candidates.map((candidate) => ({ ...candidate, score: 0.5 }))),
    });
    const one = (result: SegmentResult): SegmentResult => ({ ...result, objects: result.objects.slice(0, 1) });
    expect(await selfCheck(spoiled(segmenter, shy), golden)).toMatchObject({ ok: false });
    expect(await selfCheck(spoiled(segmenter, one), golden)).toMatchObject({ ok: false });
  });

  it('survives being written and read', async () => {
    const answer = answerOf(await segmenter.segment(goldenView(), goldenPrompts()));
    const read = parseAnswer(formatAnswer(answer, {}));
    expect(answersIou(answer, read)).toBe(1);
    expect(read.scores).toHaveLength(9);
  });
});

describe('packing masks', () => {
  it('sets one bit for every cell above 0', () => {
    expect([...packMask(new Float32Array([1, -1, 0, 0.1, -5, -5, -5, 3, 2]))]).toEqual([0b10001001, 1]);
  });
});
