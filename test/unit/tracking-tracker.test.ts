import { describe, expect, it } from 'vitest';
import type { Candidate, MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { smoothMask } from '../../src/tracking/smoothing.js';
import {
  addUserPrompt,
  applyKeyframe,
  applySearch,
  chooseCandidate,
  heldFrames,
  markAsked,
  mergeTapAnswers,
  newTrack,
  newTrackFromMask,
  planKeyframe,
  planSearch,
  type KeyframeRequest,
  type PlanContext,
  type Track,
} from '../../src/tracking/tracker.js';
import { disc, discMask, FRAME, maskWhere } from './tracking-scene.js';

const FRAME_US = 33_333;
const WIDE = { x: 0, y: 0, side: 640 };

const context = (nowUs: number, changes: Partial<PlanContext> = {}): PlanContext => ({
  frame: FRAME,
  nowUs,
  maxInputSize: 192,
  // Nothing moves in these tests: a carried mask only changes its frame.
  carry: (mask) => ({ ...mask, timestampUs: nowUs }),
  promptableReady: true,
  peopleReady: false,
  ...changes,
});

/** Appearance of a scene: `kind(x, y)` names one of a few unit vectors for every point of the frame. */
function features(kind: (x: number, y: number) => number, timestampUs: number, side = 40): FeatureMap {
  const channels = 4;
  const data = new Float32Array(channels * side * side);
  for (let i = 0; i < side * side; i++) {
    const x = (((i % side) + 0.5) * 640) / side;
    const y = ((Math.floor(i / side) + 0.5) * 640) / side;
    data[kind(x, y) * side * side + i] = 1;
  }
  return { data, channels, width: side, height: side, viewport: { x: 0, y: 0, width: 640, height: 640 }, timestampUs };
}

const candidate = (mask: MaskGrid, score: number): Candidate => ({ mask, score });

function plan(tracks: readonly Track[], planContext: PlanContext): KeyframeRequest {
  const request = planKeyframe(tracks, planContext);
  if (request === null) throw new Error('nothing was planned');
  return request;
}

/** One keyframe of one track, answered with these candidates. */
function step(track: Track, nowUs: number, answer: readonly Candidate[], map: FeatureMap | null = null): Track {
  const request = plan([track], context(nowUs));
  const [asked] = markAsked([track], request);
  if (asked === undefined) throw new Error('the track is gone');
  return applyKeyframe(asked, request, answer, map);
}

const tracked = (id: number, x: number, y: number, radius = 20): Track =>
  newTrackFromMask(id, discMask(x, y, radius), null);

describe('planning', () => {
  it('gives eight objects far apart their turns, none twice before all once', () => {
    let tracks: Track[] = Array.from({ length: 8 }, (_, i) =>
      tracked(i + 1, 60 + 170 * (i % 4), 80 + 320 * (i >> 2), 12),
    );
    const turns: number[] = [];
    for (let frame = 1; turns.length < 16; frame++) {
      const request = plan(tracks, context(frame * FRAME_US));
      tracks = markAsked(tracks, request);
      turns.push(...request.asks.map(({ id }) => id));
    }
    expect(turns.slice(0, 8).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(turns.slice(8, 16).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('looks at neighbours together', () => {
    const request = plan([tracked(1, 300, 240, 40), tracked(2, 350, 240, 40)], context(FRAME_US));
    expect(request.asks.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('puts a tap before everything, on the frame it was made on', () => {
    const tap = newTrack(9, 'prompted', { kind: 'point', point: { x: 50, y: 60, inside: true } }, 5 * FRAME_US);
    const request = plan([tracked(1, 300, 240), tap], context(9 * FRAME_US));
    expect(request).toMatchObject({ purpose: 'tap', timestampUs: 5 * FRAME_US, asks: [{ id: 9 }] });
    expect(heldFrames([tap])).toEqual([5 * FRAME_US]);
  });

  it('asks nothing twice of one frame, and nothing while no engine is idle', () => {
    const track = tracked(1, 300, 240);
    const [asked] = markAsked([track], plan([track], context(FRAME_US)));
    expect(planKeyframe(asked === undefined ? [] : [asked], context(FRAME_US))).toBeNull();
    expect(planKeyframe([track], context(FRAME_US, { promptableReady: false }))).toBeNull();
  });

  it('carries box, inside point, mask and view over to the next keyframe', () => {
    const { asks, viewport, input } = plan([tracked(1, 200, 150, 30)], context(FRAME_US));
    const prompt = asks[0]?.prompt;
    expect(prompt?.box?.x0).toBeCloseTo(170, -0.7);
    expect(prompt?.box?.y1).toBeCloseTo(180, -0.7);
    expect(prompt?.points).toHaveLength(1);
    expect(Math.hypot(prompt!.points[0]!.x - 200, prompt!.points[0]!.y - 150)).toBeLessThan(3);
    expect(prompt?.mask?.timestampUs).toBe(FRAME_US);
    expect(viewport.width).toBeGreaterThan(90);
    expect(viewport.width).toBeLessThan(180);
    expect(input).toEqual({ width: 192, height: 192 });
  });

  it('asks for people on their own engine, with the whole frame', () => {
    const people = newTrack(1, 'people', null, 0);
    const request = plan([people], context(FRAME_US, { promptableReady: false, peopleReady: true }));
    expect(request).toMatchObject({ engine: 'people', viewport: { x: 0, y: 0, ...FRAME } });
  });
});

describe('a tap', () => {
  const tapped = newTrack(1, 'prompted', { kind: 'point', point: { x: 300, y: 200, inside: true } }, 0);
  const small = discMask(300, 200, 15);
  const middle = discMask(300, 200, 40);
  const large = discMask(300, 200, 90);

  it('is answered by the first look and improved by the next ones', () => {
    const first = step(tapped, 0, [candidate(small, 0.4), candidate(middle, 0.6), candidate(large, 0.5)]);
    expect(first).toMatchObject({ state: 'tracking', score: 0.6, chosenCandidate: 0 });
    expect(first.candidates).toHaveLength(3);
    const second = step(first, 0, [candidate(large, 0.9)]);
    expect(second.score).toBe(0.9);
    expect(maskIou(second.mask!, large)).toBe(1);
  });

  it('offers readings that differ, best first', () => {
    const merged = mergeTapAnswers([
      [candidate(small, 0.4), candidate(middle, 0.6), candidate(large, 0.5)],
      [candidate(discMask(300, 200, 41), 0.8), candidate(small, 0.3), candidate(large, 0.2)],
    ]);
    expect(merged.map(({ score }) => score)).toEqual([0.8, 0.5, 0.4]);
  });

  it('lets the person choose another reading, also after the object has moved', () => {
    const answered: Track = {
      ...tapped,
      tap: null,
      state: 'tracking',
      candidates: [candidate(middle, 0.6), candidate(large, 0.5)],
      mask: discMask(400, 250, 40, 9 * FRAME_US),
      box: { x0: 360, y0: 210, x1: 440, y1: 290 },
    };
    const chosen = chooseCandidate(answered, 1);
    expect(chosen.chosenCandidate).toBe(1);
    expect(chosen.mask?.timestampUs).toBe(9 * FRAME_US);
    expect(maskIou(chosen.mask!, discMask(400, 250, 90))).toBeGreaterThan(0.9);
    expect(chooseCandidate(answered, 7)).toBe(answered);
  });

  it('corrects the mask that is there instead of starting over', () => {
    const corrected = addUserPrompt(
      tracked(1, 300, 200),
      { kind: 'point', point: { x: 330, y: 200, inside: false } },
      FRAME_US,
      discMask(300, 200, 20, FRAME_US),
    );
    const request = plan([corrected], context(2 * FRAME_US));
    expect(request.asks[0]?.prompt.points).toEqual([{ x: 330, y: 200, inside: false }]);
    expect(request.asks[0]?.prompt.mask).not.toBeNull();
  });
});

describe('following', () => {
  it('prefers the candidate that agrees with where the object was', () => {
    const track = tracked(1, 300, 200, 30);
    const same = maskWhere(disc(302, 200, 30), { x: 230, y: 130, side: 140 }, FRAME_US);
    const other = maskWhere(disc(360, 200, 12), { x: 230, y: 130, side: 140 }, FRAME_US);
    const next = step(track, FRAME_US, [candidate(other, 0.8), candidate(same, 0.7)]);
    expect(maskIou(next.mask!, same)).toBeGreaterThan(0.9);
  });

  it('becomes unsure, then lost, and not at the first weak answer', () => {
    const empty = maskWhere(() => -6, { x: 230, y: 130, side: 140 }, 0);
    const states: string[] = [];
    let track = tracked(1, 300, 200);
    for (let frame = 1; frame <= 6 && track.state !== 'lost'; frame++) {
      track = step(track, frame * FRAME_US, [candidate({ ...empty, timestampUs: frame * FRAME_US }, 0.05)]);
      states.push(track.state);
    }
    expect(states[0]).not.toBe('lost');
    expect(states).toContain('unsure');
    expect(states.at(-1)).toBe('lost');
  });

  it('settles again after one strong answer', () => {
    const at = (frame: number): MaskGrid => discMask(300, 200, 20, frame * FRAME_US);
    let track = tracked(1, 300, 200);
    for (let frame = 1; frame <= 2; frame++) track = step(track, frame * FRAME_US, [candidate(at(frame), 0.4)]);
    expect(track.state).toBe('unsure');
    expect(step(track, 3 * FRAME_US, [candidate(at(3), 0.9)])).toMatchObject({ state: 'tracking', weak: 0 });
  });

  it('ignores an answer that is older than its mask', () => {
    const track = { ...tracked(1, 300, 200), mask: discMask(300, 200, 20, 5 * FRAME_US) };
    const late = plan([{ ...track, mask: discMask(300, 200, 20, 0) }], context(3 * FRAME_US));
    expect(applyKeyframe(track, late, [candidate(discMask(100, 100, 20, 3 * FRAME_US), 0.9)], null)).toBe(track);
  });
});

describe('searching', () => {
  // The thing (kind 1) was at (300, 200); a thing of another kind (2) is elsewhere; the rest is background (0).
  const inDisc = (x: number, y: number, cx: number, cy: number): boolean => Math.hypot(x - cx, y - cy) < 40;
  const before = features((x, y) => (inDisc(x, y, 300, 200) ? 1 : 0), 0);
  const lost = (): Track => ({
    ...newTrackFromMask(1, discMask(300, 200, 40), before),
    state: 'lost',
  });
  const request = (nowUs: number): KeyframeRequest => ({
    purpose: 'search',
    engine: 'promptable',
    timestampUs: nowUs,
    frame: FRAME,
    viewport: { x: 0, y: 0, width: 640, height: 640 },
    input: { width: 192, height: 192 },
    asks: [],
  });

  it('looks where the picture is most like the object', () => {
    const now = features((x, y) => (inDisc(x, y, 500, 350) ? 1 : inDisc(x, y, 150, 350) ? 2 : 0), FRAME_US);
    const point = planSearch(lost(), now)?.points[0];
    expect(Math.hypot(point!.x - 500, point!.y - 350)).toBeLessThan(40);
  });

  it('finds it again only after it has proved itself, and says so', () => {
    const there = (frame: number): FeatureMap => features((x, y) => (inDisc(x, y, 500, 350) ? 1 : 0), frame * FRAME_US);
    const mask = (frame: number): MaskGrid => maskWhere(disc(500, 350, 40), WIDE, frame * FRAME_US);
    let track = applySearch(lost(), request(FRAME_US), [candidate(mask(1), 0.8)], there(1));
    expect(track.state).toBe('lost');
    for (let frame = 10; frame < 20 && track.state === 'lost'; frame++)
      track = step(track, frame * FRAME_US, [candidate(mask(frame), 0.8)], there(frame));
    expect(track.state).toBe('found');
    expect(maskIou(track.mask!, mask(0))).toBeGreaterThan(0.9);
  });

  it('never takes a thing that looks different, however good its mask', () => {
    const now = features((x, y) => (inDisc(x, y, 500, 350) ? 2 : 0), FRAME_US);
    const other = maskWhere(disc(500, 350, 40), WIDE, FRAME_US);
    const track = applySearch(lost(), request(FRAME_US), [candidate(other, 0.95)], now);
    expect(track.state).toBe('lost');
    expect(track.search.trial).toBeNull();
  });
});

describe('smoothing', () => {
  it('leaves what the model is sure of alone and leans on the past where it hesitates', () => {
    const view = { x: 0, y: 0, side: 64 };
    const fresh = maskWhere((x) => (x < 32 ? 5 : 0.1), view);
    const past = maskWhere(() => -4, view);
    const smooth = smoothMask(fresh, past, 0.4);
    expect(smooth.data[0]!).toBeGreaterThan(4);
    expect(smooth.data[63]!).toBeLessThan(0);
    expect(smoothMask(fresh, null, 0.4)).toBe(fresh);
  });
});
