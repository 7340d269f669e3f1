import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { alikeMap, evidenceMap, learnAppearance, likeness } from '../../src/tracking/appearance.js';
import { discMask, featuresWhere, redAt, within } from './tracking-scene.js';

describe('appearance', () => {
  it('likens what is on a mask to the object, by its features and by its colour', () => {
    const mask = discMask(300, 240, 40);
    const model = learnAppearance(redAt(300, 240), mask)!;
    const features = (map: FeatureMap, at: MaskGrid) => likeness(map, at, [model])?.features;
    expect(features(redAt(300, 240), mask)).toBeCloseTo(1);
    expect(features(redAt(520, 120), discMask(520, 120, 40))).toBeCloseTo(1);
    expect(features(redAt(520, 120), mask)).toBeLessThan(0.1);
    const seen = redAt(300, 240);
    expect(likeness(seen, mask, [model])?.colours).toBeCloseTo(0);
    const blue = { ...seen, colours: seen.colours.map((_, i) => (i < seen.colours.length / 2 ? 0.1 : 0.6)) };
    expect(likeness(blue, mask, [model])?.colours).toBeGreaterThan(0.3);
    expect(likeness(seen, discMask(2000, 2000, 10), [model])).toBeNull();
    expect(likeness(seen, mask, [])).toBeNull();
  });

  it('finds what looks like some part of the object, whatever was around it', () => {
    const twins = (x: number, y: number): number => (within(x, y, 300, 240, 44) || within(x, y, 520, 240, 44) ? 1 : 0);
    const model = learnAppearance(featuresWhere(twins), discMask(300, 240, 40))!;
    const at = (x: number, y: number): number => Math.floor(y / 16) * 40 + Math.floor(x / 16);
    const alike = alikeMap(featuresWhere(twins), [model]);
    expect(alike[at(520, 240)]).toBeCloseTo(1, 5);
    expect(alike[at(100, 100)]).toBeLessThan(0.1);
    const alone = learnAppearance(redAt(300, 240), discMask(300, 240, 40))!;
    const evidence = (known: typeof model): number => evidenceMap(featuresWhere(twins), [known])[at(520, 240)]!;
    expect(evidence(model)).toBeLessThan(evidence(alone) - 1);
    const map = featuresWhere(twins);
    const redder = { ...map, colours: map.colours.map((share, i) => (i < 1200 ? share + 0.2 : share)) };
    expect(alikeMap(redder, [model])[at(520, 240)]).toBeCloseTo(0.8, 1);
  });

  it('tells inside from outside, also for an object of two colours', () => {
    const kinds = (x: number, y: number): number => (within(x, y, 300, 240, 34) ? (y < 240 ? 1 : 2) : 0);
    const model = learnAppearance(featuresWhere(kinds), discMask(300, 240, 40));
    if (model === null) throw new Error('nothing learned');
    const evidence = evidenceMap(
      featuresWhere((x) => (x < 200 ? 1 : x < 400 ? 2 : x < 500 ? 0 : 3)),
      [model],
    );
    expect(evidence[5]).toBeGreaterThan(1);
    expect(evidence[18]).toBeGreaterThan(1);
    expect(evidence[28]).toBeLessThan(-1);
    expect(learnAppearance(redAt(0, 0), discMask(2000, 2000, 10))).toBeNull();
  });
});
