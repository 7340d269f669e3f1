import { describe, expect, it } from 'vitest';
import { learnAppearance } from '../../src/tracking/appearance.js';
import { withoutLeak } from '../../src/tracking/growth.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { applyKeyframe, newTrackFromMask, planKeyframe } from '../../src/tracking/tracker.js';
import { answer, contextAt, discMask, featuresWhere, redAt, STEP_US, within } from './tracking-scene.js';

const was = discMask(300, 240, 40);
const grown = discMask(300, 240, 60);
const map = redAt(300, 240);
const first = learnAppearance(map, was);

describe('what a mask has just grown over', () => {
  it('is left off where it looks like what was around the object', () => {
    expect(maskIou(withoutLeak(grown, was, map, first), was)).toBeGreaterThan(0.75);
    expect(maskIou(grown, was)).toBeLessThan(0.5);
  });

  it('stays where it looks like the object, or like neither', () => {
    const larger = featuresWhere((x, y) => (within(x, y, 300, 240, 64) ? 1 : 0));
    expect(maskIou(withoutLeak(grown, was, larger, first), grown)).toBeGreaterThan(0.95);
    const turned = featuresWhere((x, y) => (within(x, y, 300, 240, 44) ? 1 : within(x, y, 300, 240, 64) ? 2 : 0));
    expect(maskIou(withoutLeak(grown, was, turned, first), grown)).toBeGreaterThan(0.85);
  });

  it('stays where nobody knows what it was', () => {
    expect(withoutLeak(grown, null, map, first)).toBe(grown);
    expect(withoutLeak(grown, was, null, first)).toBe(grown);
    expect(withoutLeak(grown, was, map, null)).toBe(grown);
  });

  it('is judged by what the person tapped, not by what has been learned since, which may hold a leak', () => {
    const track = newTrackFromMask(1, was, map);
    const leaked = learnAppearance(map, discMask(300, 240, 90))!;
    const misled = { ...track, appearance: { ...track.appearance, gallery: [leaked] } };
    const request = planKeyframe(
      [misled],
      contextAt(STEP_US, (mask) => ({ ...mask, timestampUs: STEP_US })),
    )!;
    const next = applyKeyframe(
      misled,
      request,
      [answer(0.9, { ...discMask(300, 240, 50), timestampUs: STEP_US })],
      redAt(300, 240, STEP_US),
    );
    expect(maskIou(next.mask!, was)).toBeGreaterThan(0.75);
  });
});
