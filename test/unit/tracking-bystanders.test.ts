import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { learnAppearance } from '../../src/tracking/appearance.js';
import { bystandersOf } from '../../src/tracking/bystanders.js';
import { insideArea, logitAt, maskIou } from '../../src/tracking/mask-geometry.js';
import { NO_PROMPT, type KeyframeRequest } from '../../src/tracking/track.js';
import {
  applyKeyframe,
  chooseCandidate,
  newTrackFromMask,
  planAnew,
  planKeyframe,
  type Track,
} from '../../src/tracking/tracker.js';
import { contextAt, disc, discMask, featuresWhere, FRAME, maskWhere, STEP_US, within } from './tracking-scene.js';

/** The object, a disc that is followed, and its double somewhere to the right of it. */
const [X, Y, RADIUS] = [200, 240, 60];
const own = (timeUs = 0): MaskGrid => discMask(X, Y, RADIUS, timeUs);
const double = (x: number, timeUs = 0): MaskGrid => discMask(x, Y, RADIUS, timeUs);
const seenWith = (x: number, kind = 1, timeUs = 0): FeatureMap =>
  featuresWhere((u, v) => (within(u, v, X, Y, RADIUS) ? 1 : within(u, v, x, Y, RADIUS) ? kind : 0), timeUs);
const [APART, BESIDE] = [440, X + 2 * RADIUS];
const track: Track = { ...newTrackFromMask(1, own(), seenWith(-500)), usualArea: insideArea(own()) };
const found = (
  map: FeatureMap,
  { whose = track, known = null as MaskGrid | null, claims = [] as KeyframeRequest['claims'] } = {},
): MaskGrid | null => bystandersOf(whose, map, own(), known, claims ?? []);
const holds = (mask: MaskGrid | null, x: number): boolean => mask !== null && logitAt(mask, x, Y) > 0;

describe('something that looks like a followed object beside it', () => {
  it('is known when it is seen apart from the whole object', () => {
    const known = found(seenWith(APART));
    expect(holds(known, APART)).toBe(true);
    expect(holds(known, X)).toBe(false);
    expect(maskIou(known!, double(APART))).toBeGreaterThan(0.6);
  });

  it.each([
    ['nothing is there', seenWith(-500)],
    ['it has only been seen touching the object, of which it may be a part', seenWith(BESIDE)],
    ['it looks like something else', seenWith(APART, 2)],
  ])('is not when %s', (_what, map) => {
    expect(found(map)).toBeNull();
  });

  it('is not when it has another colour', () => {
    const map = seenWith(APART);
    const cells = map.width * map.height;
    const colours = map.colours.map((share, i) => (i < cells && (i % map.width) * 16 > 340 ? share + 0.15 : share));
    expect(found({ ...map, colours })).toBeNull();
  });

  it.each([
    ['half hidden, and what is apart may be the rest of it', { ...track, usualArea: 2 * insideArea(own()) }],
    ['in doubt', { ...track, state: 'unsure' as const }],
    ['people, who may be far apart', { ...track, kind: 'people' as const }],
  ])('is not when the object is %s', (_what, whose) => {
    expect(found(seenWith(APART), { whose })).toBeNull();
  });

  it('is not when it is followed itself', () => {
    expect(found(seenWith(APART), { claims: [{ id: 2, mask: double(APART), hidden: 0 }] })).toBeNull();
  });

  it('stays known where it comes to touch the object, and takes nothing of the object', () => {
    const known = found(seenWith(BESIDE), { known: double(BESIDE) });
    expect(maskIou(known!, double(BESIDE))).toBeGreaterThan(0.6);
    expect(holds(known, X + 0.5 * RADIUS)).toBe(false);
    const over = found(seenWith(BESIDE), { known: double(X + RADIUS) });
    expect(holds(over, X + 0.5 * RADIUS)).toBe(false);
  });

  it('may be two, on either side', () => {
    const seen = featuresWhere((u, v) => ([APART, 10, X].some((x) => within(u, v, x, Y, RADIUS)) ? 1 : 0));
    const known = found(seen);
    expect(holds(known, APART) && holds(known, 24)).toBe(true);
  });

  it('is known whole when the rest of it comes into view, but not while the object is half hidden', () => {
    const part = maskWhere((x, y) => (x < BESIDE ? disc(BESIDE, Y, RADIUS)(x, y) : -6), { x: 200, y: 112, side: 256 });
    const rest = BESIDE + 0.5 * RADIUS;
    expect(holds(found(seenWith(BESIDE), { known: part }), rest)).toBe(true);
    const hidden = { ...track, usualArea: 2 * insideArea(own()) };
    expect(holds(found(seenWith(BESIDE), { known: part, whose: hidden }), rest)).toBe(false);
  });
});

describe('a followed object with its double beside it', () => {
  const both = (timeUs: number): MaskGrid =>
    maskWhere(
      (x, y) => Math.max(disc(X, Y, RADIUS)(x, y), disc(BESIDE, Y, RADIUS)(x, y)),
      { x: 80, y: 80, side: 320 },
      timeUs,
    );

  it('is told where the double is now, and its mask stays its own however the model answers', () => {
    const apart = applyKeyframe(
      track,
      {
        purpose: 'track',
        engine: 'promptable',
        timestampUs: STEP_US,
        frame: FRAME,
        viewport: { x: 0, y: 0, ...FRAME },
        input: { width: 192, height: 192 },
        asks: [{ id: 1, prompt: NO_PROMPT, carried: own(STEP_US) }],
      },
      [{ mask: own(STEP_US), score: 0.9 }],
      seenWith(APART, 1, STEP_US),
    );
    expect(holds(apart.bystanders, APART)).toBe(true);
    expect(apart.hasDouble).toBe(true);
    const now = 2 * STEP_US;
    const carry = (mask: MaskGrid): MaskGrid =>
      mask === apart.bystanders ? double(BESIDE, now) : { ...mask, timestampUs: now };
    const request = planKeyframe([apart], contextAt(now, carry))!;
    expect(holds(request.asks[0]!.bystanders ?? null, BESIDE)).toBe(true);
    const answer = [{ mask: both(now), score: 0.9 }];
    const next = applyKeyframe(apart, request, answer, seenWith(BESIDE, 1, now));
    expect(maskIou(next.mask!, own())).toBeGreaterThan(0.9);
    expect(holds(next.bystanders, BESIDE)).toBe(true);
    const unaware = { ...request, asks: [{ id: 1, prompt: NO_PROMPT, carried: own(now) }] };
    const untold = applyKeyframe(apart, unaware, answer, seenWith(BESIDE, 1, now));
    expect(maskIou(untold.mask!, own())).toBeLessThan(0.6);
  });

  /** A request on its way, made when the double was known. */
  const known: Track = { ...track, bystanders: double(BESIDE) };
  const stillThere = (mask: MaskGrid): MaskGrid => ({ ...mask, timestampUs: STEP_US });
  const request = planKeyframe([known], contextAt(STEP_US, stillThere))!;
  const seen = seenWith(BESIDE, 1, STEP_US);

  it('is looked for elsewhere, and not on the double, when the answer is the double', () => {
    const answer = [{ mask: double(BESIDE, STEP_US), score: 0.9 }];
    const prompt = planAnew(known, request, answer, seen)!;
    expect(prompt).toMatchObject({ box: null, mask: null, points: [{ inside: true }] });
    expect(within(prompt.points[0]!.x, prompt.points[0]!.y, X, Y, RADIUS)).toBe(true);
    const anew = [{ mask: own(STEP_US), score: 0.8 }];
    const next = applyKeyframe(known, request, answer, seen, [], [], anew);
    expect(maskIou(next.mask!, own())).toBeGreaterThan(0.9);
  });

  it('does not miss the double as a part of itself', () => {
    const alone = [{ mask: own(STEP_US), score: 0.9 }];
    const small = { usualArea: 1.3 * insideArea(own()) };
    expect(applyKeyframe({ ...known, ...small }, request, alone, seen).missing).toBeNull();
    const apart = { ...request, asks: [{ id: 1, prompt: NO_PROMPT, carried: own(STEP_US) }] };
    expect(applyKeyframe({ ...track, ...small }, apart, alone, seen).missing).not.toBeNull();
  });

  it.each([
    ['an answer that is not there', [{ mask: own(STEP_US), score: 0.01 }]],
    ['no answer', []],
  ])('forgets the double when it is lost by %s', (_what, answer) => {
    const next = applyKeyframe({ ...known, weak: 9 }, request, answer, seen);
    expect(next).toMatchObject({ state: 'lost', bystanders: null });
  });

  it('has nothing of the double any more once another reading is chosen', () => {
    const readings = [own(), both(0)].map((mask) => ({ mask, score: 0.9 }));
    const chosen = chooseCandidate({ ...known, candidates: readings }, 1);
    expect(chosen.bystanders).toBeNull();
    const next = applyKeyframe(chosen, request, [{ mask: both(STEP_US), score: 0.9 }], seen);
    expect(maskIou(next.mask!, both(0))).toBeGreaterThan(0.9);
    expect(next.bystanders).toBeNull();
  });

  it('is known by the kinds of feature that are common on it, not by the odd cell of something else', () => {
    const spotted = featuresWhere((u, v) =>
      within(u, v, X, Y, RADIUS)
        ? within(u, v, X, Y - RADIUS + 8, 9)
          ? 2
          : 1
        : within(u, v, APART, Y, RADIUS)
          ? 2
          : 0,
    );
    const first = learnAppearance(spotted, own());
    expect(first!.inside.some(({ share }) => share < 0.05)).toBe(true);
    expect(found(spotted, { whose: { ...track, appearance: { first, gallery: [], usual: null } } })).toBeNull();
  });
});
