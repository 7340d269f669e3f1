import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelView } from '../../src/shared/frame.js';
import type { Candidate } from '../../src/shared/mask.js';
import type { OnnxSegmenter } from '../../src/segmentation/onnx-segmenter.js';
import { nodeSegmenter } from '../fixtures/segmentation-models.js';
import { DISC_BOX_PROMPT, DISC_PROMPT, discIou, discView, NO_PROMPT } from '../fixtures/segmentation-scene.js';

const best = (candidates: readonly Candidate[] = []): Candidate => {
  const [first, ...rest] = candidates;
  if (first === undefined) throw new Error('no candidates');
  return rest.reduce((a, b) => (b.score > a.score ? b : a), first);
};

const plainView = (width: number, height: number): PixelView => ({
  rgba: new Uint8ClampedArray(width * height * 4).fill(90),
  width,
  height,
  viewport: { x: 0, y: 0, width, height },
  timestampUs: 0,
});

describe('the promptable engine', () => {
  let segmenter: OnnxSegmenter;
  beforeAll(async () => {
    segmenter = await nodeSegmenter();
  });
  afterAll(() => segmenter.dispose());

  it('cuts out a disc from a tap and from a box, in a view that is zoomed and not square', async () => {
    const view = discView();
    const { objects, appearance } = await segmenter.segment(view, [DISC_PROMPT, DISC_BOX_PROMPT]);
    expect(objects.map((candidates) => candidates.length)).toEqual([3, 3]);
    for (const candidates of objects) expect(discIou(best(candidates).mask)).toBeGreaterThan(0.9);
    const { mask } = best(objects[0]);
    expect(mask).toMatchObject({ width: 64, height: 48, viewport: view.viewport, timestampUs: view.timestampUs });
    expect(appearance).toMatchObject({ channels: 48, width: 32, height: 24, viewport: view.viewport });
  });

  it('gives appearance vectors of unit length', async () => {
    const { appearance } = await segmenter.segment(discView(), []);
    if (appearance === null) throw new Error('no appearance');
    const area = appearance.width * appearance.height;
    for (const position of [0, 100, area - 1]) {
      let sum = 0;
      for (let channel = 0; channel < appearance.channels; channel++)
        sum += (appearance.data[channel * area + position] ?? 0) ** 2;
      expect(sum).toBeCloseTo(1, 3);
    }
  });

  it('answers a batch of prompts as it answers each alone', async () => {
    const { embedding, objects } = await segmenter.segment(discView(), [DISC_PROMPT, DISC_BOX_PROMPT]);
    const alone = await segmenter.decode(embedding ?? -1, [DISC_BOX_PROMPT]);
    const [together, single] = [objects[1]?.[0]?.mask.data, alone?.objects[0]?.[0]?.mask.data];
    if (together === undefined || single === undefined) throw new Error('no masks');
    expect(together).toHaveLength(single.length);
    expect(Math.max(...together.map((value, index) => Math.abs(value - (single[index] ?? Number.NaN))))).toBeLessThan(
      1e-3,
    );
  });

  it('takes its own mask back as a prompt, from another viewport', async () => {
    const first = best((await segmenter.segment(discView(), [DISC_BOX_PROMPT])).objects[0]);
    const zoomed = { x: 180, y: 90, width: 240, height: 240 };
    const view = discView(40_000, zoomed, { width: 160, height: 160 });
    const again = await segmenter.segment(view, [{ ...NO_PROMPT, mask: first.mask }]);
    expect(discIou(best(again.objects[0]).mask)).toBeGreaterThan(0.9);
  });

  it('keeps the newest embeddings and says when one is gone', async () => {
    const embeddings: number[] = [];
    for (let view = 0; view < 5; view++) {
      const { embedding } = await segmenter.segment(plainView(64, 64), []);
      embeddings.push(embedding ?? -1);
    }
    expect(await segmenter.decode(embeddings[0] ?? -1, [DISC_PROMPT])).toBeNull();
    expect((await segmenter.decode(embeddings[1] ?? -1, [DISC_PROMPT]))?.objects).toHaveLength(1);
    expect((await segmenter.decode(embeddings[4] ?? -1, [DISC_PROMPT]))?.objects).toHaveLength(1);
  });

  it('lets calls that overlap take turns', async () => {
    const results = await Promise.all([
      segmenter.segment(discView(1), [DISC_BOX_PROMPT]),
      segmenter.segment(plainView(96, 64), [DISC_BOX_PROMPT]),
      segmenter.segment(discView(3), [DISC_BOX_PROMPT]),
    ]);
    expect(results.map((result) => result.appearance?.timestampUs)).toEqual([1, 0, 3]);
    expect(discIou(best(results[0].objects[0]).mask)).toBeGreaterThan(0.9);
    expect(discIou(best(results[2].objects[0]).mask)).toBeGreaterThan(0.9);
  });

  it('refuses a view that the model cannot take, and goes on', async () => {
    await expect(segmenter.segment(plainView(100, 64), [])).rejects.toThrow('multiples of 32');
    expect((await segmenter.segment(plainView(64, 96), [])).appearance).toMatchObject({ width: 8, height: 12 });
  });
});
