import { describe, expect, it } from 'vitest';
import type { Candidate, MaskGrid } from '../../src/shared/mask.js';
import { learnAppearance, type AppearanceModel } from '../../src/tracking/appearance.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { applyKeyframe, newTrackFromMask, planAnew, planKeyframe, type Track } from '../../src/tracking/tracker.js';
import type { Claim } from '../../src/tracking/track.js';
import { disc, discMask, featuresWhere, FRAME, maskWhere, redAt, redder, within } from './tracking-scene.js';

const NOW = 200_000;
const track = newTrackFromMask(1, discMask(300, 240, 40, 0), redAt(300, 240, 0));
/** The object has run further than it was carried. */
const [RAN_TO, SEEN] = [discMask(360, 240, 40, NOW), redAt(360, 240, NOW)];
const LEFT_BEHIND = discMask(290, 240, 30, NOW);
const at = (mask: MaskGrid, score: number): Candidate => ({ mask, score });
const request = planKeyframe([track], {
  frame: FRAME,
  nowUs: NOW,
  maxInputSize: 192,
  carry: (mask) => ({ ...mask, timestampUs: NOW }),
  promptableReady: true,
  peopleReady: false,
})!;

describe('a doubtful answer', () => {
  it('is asked anew, where the view looks most like the object', () => {
    const prompt = planAnew(track, request, [at(LEFT_BEHIND, 0.3)], SEEN)!;
    expect(prompt).toMatchObject({ box: null, mask: null, points: [{ inside: true }] });
    expect(Math.hypot(prompt.points[0]!.x - 360, prompt.points[0]!.y - 240)).toBeLessThan(30);
  });

  it.each([
    ['the answer is good', track, [at(RAN_TO, 0.8)]],
    ['the object is lost', { ...track, state: 'lost' as const }, []],
    ['it has a newer mask', { ...track, mask: RAN_TO }, []],
    ['it is people', { ...track, kind: 'people' as const }, []],
  ])('is not when %s', (_what, whose, answer) => {
    expect(planAnew(whose, request, answer, SEEN)).toBeNull();
  });

  it('is not when nothing in view looks like the object', () => {
    expect(planAnew(track, request, [at(LEFT_BEHIND, 0.3)], redAt(-500, -500, NOW))).toBeNull();
  });
});

describe('an answer asked anew', () => {
  const after = (
    anew: Candidate,
    { seen = SEEN, usual = at(LEFT_BEHIND, 0.3), tracks = [] as readonly Track[] } = {},
  ): Track => applyKeyframe(track, request, [usual], seen, tracks, [], [anew]);
  const isThere = (next: Track, mask: MaskGrid): boolean => maskIou(next.mask!, mask) > 0.9;

  it('takes the place of the usual one when it is clearly better', () => {
    const next = after(at(RAN_TO, 0.7));
    expect(isThere(next, RAN_TO)).toBe(true);
    expect(next).toMatchObject({ state: 'tracking', score: 0.7, weak: 0 });
  });

  it('does not when it is hardly better', () => {
    expect(after(at(RAN_TO, 0.6), { usual: at(RAN_TO, 0.58) }).score).toBe(0.58);
  });

  it('does not when it is too far away to have run there', () => {
    const far = discMask(560, 240, 40, NOW);
    expect(isThere(after(at(far, 0.9), { seen: redAt(560, 240, NOW) }), far)).toBe(false);
  });

  it.each([
    ['is of another colour', RAN_TO, redder(SEEN, 0.1, NOW)],
    ['looks like something else', RAN_TO, featuresWhere((x, y) => (within(x, y, 360, 240, 44) ? 2 : 0), NOW)],
    [
      'is far too large',
      discMask(340, 240, 100, NOW),
      featuresWhere((x, y) => (within(x, y, 340, 240, 104) ? 1 : 0), NOW),
    ],
  ])('does not when it %s', (_what, mask, seen) => {
    expect(isThere(after(at(mask, 0.9), { seen }), mask)).toBe(false);
  });

  it('does not when another object is there', () => {
    const other = newTrackFromMask(2, RAN_TO, SEEN);
    expect(isThere(after(at(RAN_TO, 0.9), { tracks: [track, other] }), RAN_TO)).toBe(false);
  });
});

describe('an object that has turned', () => {
  const here = discMask(300, 240, 40, NOW);
  const seen = redAt(300, 240, NOW);
  const ask = { ...request, asks: [{ ...request.asks[0]!, carried: here }] };
  const asked = (map = seen, answer = [at(here, 0.4)]) => planAnew(track, ask, answer, map);
  const after = (anew: Candidate, map = seen): Track => applyKeyframe(track, ask, [at(here, 0.4)], map, [], [], [anew]);

  it('is asked about again without the looks that speak against it', () => {
    expect(ask.asks[0]!.prompt.target).not.toBeNull();
    expect(asked()).toEqual({ ...ask.asks[0]!.prompt, target: null, distractor: null });
    expect(asked(seen, [])).toEqual({ ...ask.asks[0]!.prompt, target: null, distractor: null });
  });

  it.each([
    ['the answer is good', seen, [at(here, 0.6)]],
    [
      'something else is where it was carried to',
      featuresWhere((x, y) => (within(x, y, 300, 240, 44) ? 2 : 0), NOW),
      [],
    ],
    ['another colour is there', redder(seen, 0.1, NOW), []],
  ])('is not when %s', (_what, map, answer) => {
    expect(asked(map, answer)?.target).not.toBe(null);
  });

  it('goes on with that answer', () => {
    expect(after(at(here, 0.9))).toMatchObject({ score: 0.9, state: 'tracking', weak: 0 });
  });

  it.each([
    ['is no good either', at(here, 0.5), seen],
    ['is not where it was carried to', at(discMask(340, 240, 40, NOW), 0.9), seen],
    [
      'is much larger than the object',
      at(discMask(300, 240, 52, NOW), 0.9),
      featuresWhere((x, y) => (within(x, y, 300, 240, 56) ? 1 : 0), NOW),
    ],
  ])('does not when it %s', (_what, anew, map) => {
    expect(after(anew, map).score).toBe(0.4);
  });

  it('may grow over what looks like its first surroundings, once it has been learned so', () => {
    const whole = discMask(300, 240, 40, NOW);
    const part = maskWhere((x, y) => Math.min(disc(300, 240, 40)(x, y), 320 - x), { x: 236, y: 176, side: 128 }, NOW);
    const mirroring = featuresWhere((x, y) => (within(x, y, 300, 240, 44) ? (x < 320 ? 1 : 0) : 3), NOW);
    const since = learnAppearance({ ...mirroring, timestampUs: 0 }, whole)!;
    const goOn = (gallery: readonly AppearanceModel[]): number => {
      const turned = { ...track, appearance: { ...track.appearance, gallery } };
      const shrunk = { ...ask, asks: [{ ...ask.asks[0]!, carried: part }] };
      const next = applyKeyframe(turned, shrunk, [at(part, 0.4)], mirroring, [], [], [at(whole, 0.9)]);
      expect(next.score).toBe(0.9);
      return maskIou(next.mask!, whole);
    };
    expect(goOn([since])).toBeGreaterThan(0.95);
    expect(goOn([])).toBeLessThan(0.9);
  });
});

describe('an answer that has grown at once', () => {
  const here = discMask(300, 240, 40, NOW);
  const seen = featuresWhere((x, y) => (within(x, y, 300, 240, 44) || within(x, y, 370, 240, 44) ? 1 : 0), NOW);
  const grown = maskWhere(
    (x, y) => Math.max(disc(300, 240, 40)(x, y), disc(370, 240, 40)(x, y)),
    { x: 220, y: 120, side: 240 },
    NOW,
  );
  const ask = { ...request, asks: [{ ...request.asks[0]!, carried: here }] };
  const asked = (whose: Track, answer = [at(grown, 0.9)]) => planAnew(whose, ask, answer, seen);

  it('is asked again with a tap outside on what is new', () => {
    const prompt = asked(track)!;
    const { points } = ask.asks[0]!.prompt;
    expect(prompt).toMatchObject({ box: ask.asks[0]!.prompt.box, mask: ask.asks[0]!.prompt.mask });
    expect(prompt.points.slice(0, -1)).toEqual(points);
    expect(prompt.points.at(-1)).toMatchObject({ inside: false });
    expect(Math.hypot(prompt.points.at(-1)!.x - 375, prompt.points.at(-1)!.y - 240)).toBeLessThan(25);
  });

  it.each([
    ['it has grown little', track, [at(discMask(300, 240, 44, NOW), 0.9)]],
    ['another candidate is chosen', track, [at(grown, 0.6), at(here, 0.9)]],
    ['the object is in doubt, and may be finding itself again', { ...track, state: 'unsure' as const }, undefined],
    ['the object comes into view', { ...track, box: { x0: 0, y0: 200, x1: 80, y1: 280 } }, undefined],
    ['it was as large a moment ago', { ...track, usualArea: 3 * track.usualArea }, undefined],
  ])('is not when %s', (_what, whose, answer) => {
    expect(asked(whose, answer)).toBeNull();
  });

  it.each([
    ['is left as it was where that is good', at(here, 0.8), here],
    ['stays where that is no good', at(here, 0.3), grown],
    ['stays where that is no smaller', at(grown, 0.95), grown],
    ['stays where that is farther from what it was', at(discMask(375, 240, 35, NOW), 0.97), grown],
  ])('%s', (_what, anew, expected) => {
    const next = applyKeyframe(track, ask, [at(grown, 0.9)], seen, [], [], [anew]);
    expect(maskIou(next.mask!, expected)).toBeGreaterThan(0.9);
  });
});

describe('the usual area', () => {
  const here = discMask(300, 240, 40, NOW);
  const after = (carried: MaskGrid, answer: MaskGrid): number =>
    applyKeyframe(
      track,
      { ...request, asks: [{ ...request.asks[0]!, carried }] },
      [at(answer, 0.9)],
      redAt(300, 240, NOW),
    ).usualArea / track.usualArea;

  it('grows with a mask that grows on the way and in the answer', () => {
    const larger = discMask(300, 240, 44, NOW);
    expect(after(larger, larger)).toBeGreaterThan(1.15);
  });

  it('hardly changes while another that was seen beside it is close by, and may hide a part of it', () => {
    const smaller = discMask(300, 240, 30, NOW);
    const beside = [{ id: 2, mask: discMask(340, 240, 40, NOW), hidden: 0 }];
    const shrunkBy = (apartFrom: readonly number[], claims: readonly Claim[]): number =>
      applyKeyframe(
        { ...track, apartFrom },
        { ...request, claims, asks: [{ ...request.asks[0]!, carried: smaller }] },
        [at(smaller, 0.9)],
        redAt(300, 240, NOW),
      ).usualArea / track.usualArea;
    expect(shrunkBy([], [])).toBeLessThan(0.9);
    expect(shrunkBy([2], beside)).toBeGreaterThan(0.94);
    // Of a part and its whole neither hides the other, and what is far off hides nothing.
    expect(shrunkBy([], beside)).toBeLessThan(0.9);
    expect(shrunkBy([2], [{ ...beside[0]!, mask: discMask(500, 240, 40, NOW) }])).toBeLessThan(0.9);
  });

  it('does not with one that something has dragged along and the answer has not', () => {
    expect(after(discMask(300, 240, 44, NOW), here)).toBeLessThan(1.1);
  });
});
