import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import {
  answersTo,
  applyKeyframe,
  applySearch,
  chooseCandidate,
  markAsked,
  maskNear,
  newTrack,
  newTrackFromMask,
  planKeyframe,
  promptsOf,
  type KeyframeRequest,
  type Track,
} from '../../src/tracking/tracker.js';
import { missingPart } from '../../src/tracking/regrow.js';
import { NO_PROMPT, NOT_SEARCHED } from '../../src/tracking/track.js';
import { disc, discMask, FRAME, maskWhere } from './tracking-scene.js';

const SIDE = 40;
/** A frame with a disc whose features are of kind `kind` on a ground of kind 0. */
function picture(kind: number, cx: number, cy: number, timestampUs: number): FeatureMap {
  const data = new Float32Array(3 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [((i % SIDE) + 0.5) * 16, (Math.floor(i / SIDE) + 0.5) * 16];
    data[(disc(cx, cy, 40)(x, y) > 0 ? kind : 0) * SIDE * SIDE + i] = 1;
  }
  return {
    data,
    colours: new Float32Array(2 * SIDE * SIDE).fill(1 / 3),
    channels: 3,
    width: SIDE,
    height: SIDE,
    viewport: { x: 0, y: 0, width: 640, height: 640 },
    timestampUs,
  };
}

/** A look at object 1. */
const lookAt = (timestampUs: number, carried: MaskGrid | null = null): KeyframeRequest => ({
  purpose: 'track',
  engine: 'promptable',
  timestampUs,
  frame: FRAME,
  viewport: { x: 0, y: 0, width: 640, height: 640 },
  input: { width: 192, height: 192 },
  asks: [{ id: 1, prompt: NO_PROMPT, carried }],
});

describe('another reading of a tap', () => {
  it('is placed where the object has gone since', () => {
    const answered: Track = {
      ...newTrackFromMask(1, discMask(400, 250, 40, 300_000), null),
      candidates: [
        { mask: discMask(300, 200, 40), score: 0.6 },
        { mask: discMask(300, 200, 90), score: 0.5 },
      ],
    };
    const chosen = chooseCandidate(answered, 1);
    expect(chosen.mask?.timestampUs).toBe(300_000);
    expect(maskIou(chosen.mask!, discMask(400, 250, 90))).toBeGreaterThan(0.9);
    expect(chooseCandidate(answered, 7)).toBe(answered);
  });
});

describe('the masks of a track', () => {
  const answer = (track: Track, timeUs: number) =>
    applyKeyframe(track, lookAt(timeUs), [{ mask: discMask(300, 200, 40, timeUs), score: 0.9 }], null);

  it('are kept for frames that are shown late: the nearest in time is theirs', () => {
    const track = [100, 200, 300].reduce(answer, newTrackFromMask(1, discMask(300, 200, 40, 0), null));
    expect([0, 90, 210, 999].map((timeUs) => maskNear(track, timeUs)?.timestampUs)).toEqual([0, 100, 200, 300]);
    expect(maskNear(answer(track, 400), 0)?.timestampUs).toBe(100);
  });

  it('from before another reading was chosen are not shown any more', () => {
    const track = [100, 200].reduce(answer, newTrackFromMask(1, discMask(300, 200, 40, 0), null));
    const readings = [0, 1].map(() => ({ mask: discMask(300, 200, 40), score: 0.6 }));
    const chosen = chooseCandidate({ ...track, candidates: readings }, 1);
    expect(maskNear(chosen, 100)).toBe(chosen.mask);
  });
});

describe('an object given as a mask', () => {
  it('is learned at the first look on its own frame, and its mask stays', () => {
    const given = newTrackFromMask(1, discMask(300, 200, 40, 0), null);
    const learned = applyKeyframe(
      given,
      lookAt(0),
      [{ mask: discMask(100, 100, 9, 0), score: 0.9 }],
      picture(1, 300, 200, 0),
    );
    expect(learned.mask).toBe(given.mask);
    expect(learned.appearance.first).not.toBeNull();
  });
});

describe('an object that has lost a part of itself', () => {
  const LARGE = discMask(300, 200, 40, 0);
  const SMALL = discMask(280, 200, 15, 400_000);
  const shrunk: Track = {
    ...newTrackFromMask(1, LARGE, picture(1, 300, 200, 0)),
    mask: SMALL,
    box: { x0: 265, y0: 185, x1: 295, y1: 215 },
  };
  const context = {
    frame: FRAME,
    nowUs: 500_000,
    maxInputSize: 192,
    carry: (mask: MaskGrid) => ({ ...mask, timestampUs: 500_000 }),
    promptableReady: true,
    peopleReady: false,
  };
  const look = (track: Track): KeyframeRequest => planKeyframe([track], context)!;
  const answer = (request: KeyframeRequest, mask: MaskGrid, kind = 1, track = shrunk) => {
    const small = { mask: { ...track.mask!, timestampUs: 500_000 }, score: 0.8 };
    const [{ candidates, fresh } = { candidates: [], fresh: [] }] = answersTo(request, [
      [small],
      [{ mask, score: 0.8 }],
    ]);
    return applyKeyframe(track, request, candidates, picture(kind, 300, 200, 500_000), [], fresh);
  };

  it('is looked at once in a while also without the mask and the box that hold it small, in a view as wide as it used to be', () => {
    const fresh = look(shrunk);
    expect(fresh.asks[0]).toMatchObject({ fresh: { box: null, mask: null } });
    expect(promptsOf(fresh)).toHaveLength(2);
    expect(fresh.asks[0]?.prompt.mask).not.toBeNull();
    expect(fresh.viewport.width).toBeGreaterThan(1.5 * 80);
    const [asked] = markAsked([shrunk], fresh);
    expect(planKeyframe([{ ...asked!, askedUs: 400_000 }], context)?.asks[0]?.fresh).toBeUndefined();
    expect(look({ ...shrunk, mask: discMask(300, 200, 38, 400_000) }).asks[0]?.fresh).toBeUndefined();
  });

  it('grows back when the answer holds it and more that looks like it', () => {
    const grown = answer(look(shrunk), discMask(300, 200, 40, 500_000));
    expect(maskIou(grown.mask!, LARGE)).toBeGreaterThan(0.95);
    expect(grown.mask?.timestampUs).toBe(500_000);
  });

  it('grows back beyond an area that has shrunk with it, but not where it has a double, or to the size of two', () => {
    const worn = { ...shrunk, mask: discMask(290, 200, 28, 400_000), usualArea: 3350 };
    const request = look(worn);
    expect(maskIou(answer(request, discMask(300, 200, 40, 500_000), 1, worn).mask!, LARGE)).toBeGreaterThan(0.95);
    const doubled = { ...worn, hasDouble: true };
    expect(maskIou(answer(request, discMask(300, 200, 40, 500_000), 1, doubled).mask!, worn.mask)).toBeGreaterThan(0.9);
    const half = { ...worn, usualArea: 2500, missing: { x: 330, y: 200 } };
    expect(maskIou(answer(look(half), discMask(300, 200, 40, 500_000), 1, half).mask!, half.mask)).toBeGreaterThan(0.9);
  });

  it.each([
    ['what is more does not look like it', discMask(300, 200, 40, 500_000), 2],
    ['the answer is elsewhere', discMask(340, 200, 20, 500_000), 1],
    ['the answer is much larger than it ever was', discMask(300, 200, 120, 500_000), 1],
  ])('stays as it is when %s', (_name, mask, kind) => {
    expect(maskIou(answer(look(shrunk), mask, kind).mask!, SMALL)).toBeGreaterThan(0.9);
  });
});

describe('an object of which one half came back from behind something', () => {
  const HALF = maskWhere((x, y) => Math.min(disc(300, 200, 40)(x, y), 300 - x), { x: 236, y: 136, side: 128 }, 100_000);
  const half: Track = {
    ...newTrackFromMask(1, discMask(300, 200, 40, 0), picture(1, 300, 200, 0)),
    mask: HALF,
    box: { x0: 260, y0: 160, x1: 300, y1: 240 },
  };
  const map = picture(1, 300, 200, 100_000);

  it('misses the other half', () => {
    const missing = missingPart(half, map)!;
    expect(missing.x).toBeGreaterThan(305);
    expect(disc(300, 200, 40)(missing.x, missing.y)).toBeGreaterThan(0);
  });

  it.each([
    ['what is beside it looks like the ground', half, picture(2, 300, 200, 100_000)],
    ['it covers as much as it usually does', { ...half, usualArea: 2000 }, map],
    ['it is lost', { ...half, state: 'lost' as const }, map],
    ['the picture is of another time', half, picture(1, 300, 200, 200_000)],
  ])('misses nothing when %s', (_name, track, picture) => {
    expect(missingPart(track, picture)).toBeNull();
  });

  it('misses nothing where another followed object lies', () => {
    const other = newTrackFromMask(2, discMask(325, 210, 40, 60_000), null);
    expect(missingPart(half, map, [half, other])).toBeNull();
    expect(missingPart(half, map, [half, { ...other, state: 'lost' }])).not.toBeNull();
  });

  it('is asked by no tap that the view does not show', () => {
    const look = planKeyframe([{ ...half, missing: { x: 600, y: 440 } }], {
      frame: FRAME,
      nowUs: 200_000,
      maxInputSize: 192,
      carry: () => ({ ...HALF, timestampUs: 200_000 }),
      promptableReady: true,
      peopleReady: false,
    });
    expect(look!.asks[0]!.fresh!.points).toHaveLength(1);
  });

  it('is asked about by a tap on each half, the one that is missing where it has gone with the other', () => {
    const carried = { ...HALF, viewport: { ...HALF.viewport, x: HALF.viewport.x + 30 }, timestampUs: 200_000 };
    const look = planKeyframe([{ ...half, missing: { x: 320, y: 200 } }], {
      frame: FRAME,
      nowUs: 200_000,
      maxInputSize: 192,
      carry: () => carried,
      promptableReady: true,
      peopleReady: false,
    });
    const points = look!.asks[0]!.fresh!.points;
    expect(points).toHaveLength(2);
    expect(points.every(({ inside }) => inside)).toBe(true);
    expect(points[1]!.x).toBeCloseTo(350, -1);
    expect(points[1]!.y).toBeCloseTo(200, -1);
  });

  it('is taken whole again from an answer that holds both', () => {
    const whole = { mask: discMask(300, 200, 40, 100_000), score: 0.8 };
    const before = { ...half, mask: { ...HALF, timestampUs: 60_000 } };
    const request = lookAt(100_000, { ...HALF, timestampUs: 100_000 });
    const followed = { mask: { ...HALF, timestampUs: 100_000 }, score: 0.8 };
    const stays = applyKeyframe(before, request, [followed], map);
    expect(stays.missing).not.toBeNull();
    const grown = applyKeyframe(before, request, [followed], map, [], [whole]);
    expect(maskIou(grown.mask!, whole.mask)).toBeGreaterThan(0.9);
    expect(grown.missing).toBeNull();
  });
});

describe('the usual area', () => {
  const track = newTrackFromMask(1, discMask(300, 200, 40, 0), null);
  const after = (radius: number, answered = radius): number =>
    applyKeyframe(
      track,
      lookAt(100_000, discMask(300, 200, radius, 100_000)),
      [{ mask: discMask(300, 200, answered, 100_000), score: 0.9 }],
      null,
    ).usualArea / track.usualArea;

  it('grows with an object that comes nearer', () => {
    expect(after(44)).toBeCloseTo(1.21, 1);
  });

  it('shrinks no faster than an object may go away, however much of it is hidden', () => {
    expect(after(20)).toBeGreaterThan(0.85);
  });

  it('hardly follows one mask that is larger than the object was', () => {
    expect(after(40, 48)).toBeLessThan(1.05);
  });
});

describe('a search', () => {
  const lost: Track = {
    ...newTrackFromMask(1, discMask(300, 200, 40), picture(1, 300, 200, 0)),
    state: 'lost',
    search: { ...NOT_SEARCHED, places: [{ x: 500, y: 350 }] },
  };
  const request = {
    purpose: 'search',
    engine: 'promptable',
    timestampUs: 33_333,
    frame: FRAME,
    viewport: { x: 0, y: 0, width: 640, height: 640 },
    input: { width: 192, height: 192 },
    asks: [],
  } as const;
  const mask = maskWhere(disc(500, 350, 40), { x: 0, y: 0, side: 640 }, 33_333);

  it.each([
    ['puts a thing that looks the same on trial', 1, true],
    ['does not even try a thing unlike the object and its surroundings, however good its mask', 2, false],
  ])('%s', (_name, kind, isTried) => {
    const track = applySearch(lost, request, [{ mask, score: 0.95 }], picture(kind, 500, 350, 33_333));
    expect(track.state).toBe('lost');
    expect(track.search.trial !== null).toBe(isTried);
  });
});

describe('one object in the place of another', () => {
  const request = lookAt(40_000, discMask(300, 200, 40, 40_000));
  const other = newTrackFromMask(2, discMask(420, 200, 40, 0), null);
  const sliding = [{ mask: discMask(415, 200, 40, 40_000), score: 0.95 }];

  it('is not taken for it', () => {
    const track = newTrackFromMask(1, discMask(300, 200, 40, 0), null);
    expect(applyKeyframe(track, request, sliding, null, [track, other]).mask).toBe(track.mask);
    expect(applyKeyframe(track, request, sliding, null, [track]).mask).not.toBe(track.mask);
  });

  it('may stay there when they overlapped before, as a part and its whole do', () => {
    const track = newTrackFromMask(1, discMask(410, 200, 40, 0), null);
    const onIt = lookAt(40_000, discMask(410, 200, 40, 40_000));
    expect(applyKeyframe(track, onIt, sliding, null, [track, other]).mask).not.toBe(track.mask);
  });

  it.each([
    ['gives it back when it has slid there little by little, but looks like the other', 2, 0],
    ['stays when it looks as much like itself', 1, 0.95],
  ])('%s', (_name, otherKind, score) => {
    const track = newTrackFromMask(1, discMask(410, 200, 40, 0), picture(1, 410, 200, 0));
    const same = newTrackFromMask(2, discMask(420, 200, 40, 0), picture(otherKind, 420, 200, 0));
    const onIt = lookAt(40_000, discMask(410, 200, 40, 40_000));
    const seen = picture(otherKind, 415, 200, 40_000);
    expect(applyKeyframe(track, onIt, sliding, seen, [track, same]).score).toBe(score);
  });

  it('does not keep people from being seen where a person was tapped before', () => {
    const people = newTrack(3, 'people', null, 0);
    const look: KeyframeRequest = { ...request, engine: 'people', asks: [{ id: 3, prompt: NO_PROMPT, carried: null }] };
    const seen = applyKeyframe(people, look, [{ mask: discMask(420, 200, 40, 40_000), score: 1 }], null, [
      people,
      other,
    ]);
    expect(seen.state).toBe('tracking');
  });
});
