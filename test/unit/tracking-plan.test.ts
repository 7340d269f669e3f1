import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import {
  markAsked,
  newTrack,
  newTrackFromMask,
  planKeyframe,
  heldFrames,
  type Track,
} from '../../src/tracking/tracker.js';
import type { PlanContext } from '../../src/tracking/plan.js';
import { discMask, FRAME } from './tracking-scene.js';

const at = (nowUs: number, more: Partial<PlanContext> = {}): PlanContext => ({
  frame: FRAME,
  nowUs,
  maxInputSize: 256,
  carry: (mask: MaskGrid) => ({ ...mask, timestampUs: nowUs }),
  promptableReady: true,
  peopleReady: true,
  ...more,
});
const tapped = (id: number, x: number, y: number, timestampUs: number): Track =>
  newTrack(id, 'prompted', { kind: 'point', point: { x, y, inside: true } }, timestampUs);

describe('planning keyframes', () => {
  it('gives eight objects far apart their turns', () => {
    let tracks: readonly Track[] = Array.from({ length: 8 }, (_, i) =>
      newTrackFromMask(i + 1, discMask(60 + (i % 4) * 170, 100 + Math.floor(i / 4) * 280, 22), null),
    );
    const turns = new Map<number, number>();
    for (let n = 1; n <= 80; n++) {
      const request = planKeyframe(tracks, at(n * 40_000));
      if (request === null) throw new Error('nothing planned');
      for (const { id } of request.asks) turns.set(id, (turns.get(id) ?? 0) + 1);
      tracks = markAsked(tracks, request);
    }
    expect(turns.size).toBe(8);
    expect(Math.min(...turns.values())).toBe(10);
    expect(Math.max(...turns.values())).toBe(10);
  });

  it('shows near objects in one view, with a prompt for each', () => {
    const tracks = [280, 330, 380].map((x, i) => newTrackFromMask(i + 1, discMask(x, 240, 40), null));
    const request = planKeyframe(tracks, at(40_000));
    expect(request?.asks.map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const { prompt } of request?.asks ?? []) {
      const { viewport } = request!;
      expect(prompt.box!.x0).toBeGreaterThanOrEqual(viewport.x);
      expect(prompt.box!.x1).toBeLessThanOrEqual(viewport.x + viewport.width);
    }
  });

  it('looks wider around an object whose mask is older', () => {
    const track = newTrackFromMask(1, discMask(320, 240, 40), null);
    const widthAfter = (ms: number): number => planKeyframe([track], at(ms * 1000))!.viewport.width;
    expect(widthAfter(40)).toBeCloseTo(1.6 * 80, -1);
    expect(widthAfter(120)).toBeCloseTo(1.6 * 80, -1);
    expect(widthAfter(180)).toBeGreaterThan(1.2 * widthAfter(120));
    expect(widthAfter(200)).toBeGreaterThan(widthAfter(180));
    expect(widthAfter(1000)).toBeLessThan(2.4 * 80);
  });

  it('leaves a small object whose mask is older room to run away', () => {
    const small = newTrackFromMask(1, discMask(320, 240, 15), null);
    const widthAfter = (ms: number): number => planKeyframe([small], at(ms * 1000))!.viewport.width;
    expect(widthAfter(40)).toBe(48);
    expect(widthAfter(330)).toBeGreaterThan(30 + 2 * 45);
    expect(widthAfter(1000)).toBeLessThan(30 + 2 * 55);
  });

  it('asks about each object once a frame, and about none twice', () => {
    let tracks: readonly Track[] = [100, 540].map((x, i) => newTrackFromMask(i + 1, discMask(x, 240, 30), null));
    const asked: number[] = [];
    for (let request = planKeyframe(tracks, at(40_000)); request !== null; request = planKeyframe(tracks, at(40_000))) {
      asked.push(...request.asks.map(({ id }) => id));
      tracks = markAsked(tracks, request);
      expect(asked.length).toBeLessThan(5);
    }
    expect(asked.sort()).toEqual([1, 2]);
  });

  it('propagates box, interior point and the mask itself', () => {
    const request = planKeyframe([newTrackFromMask(1, discMask(300, 200, 40), null)], at(40_000));
    const ask = request?.asks[0];
    expect(request).toMatchObject({
      purpose: 'track',
      engine: 'promptable',
      timestampUs: 40_000,
      input: { width: 256, height: 256 },
    });
    expect(ask?.prompt.points).toHaveLength(1);
    expect(ask?.prompt.points[0]?.x).toBeCloseTo(300, 0);
    expect(ask?.prompt.box?.x0).toBeCloseTo(260, -0.5);
    expect(ask?.prompt.mask?.timestampUs).toBe(40_000);
    expect(ask?.carried?.timestampUs).toBe(40_000);
  });

  it('answers a tap first, on the frame that was tapped, and holds that frame', () => {
    const tracks = [newTrackFromMask(1, discMask(300, 200, 40), null), tapped(2, 500, 100, 80_000)];
    const request = planKeyframe(tracks, at(120_000));
    expect(request).toMatchObject({ purpose: 'tap', timestampUs: 80_000, viewport: { width: 384 } });
    expect(request?.asks.map(({ id }) => id)).toEqual([2]);
    expect(heldFrames(tracks)).toEqual([80_000]);
    // Its next view waits for this answer: meanwhile the other object is followed.
    const next = planKeyframe(markAsked(tracks, request!), at(120_000));
    expect(next).toMatchObject({ purpose: 'track' });
  });

  it('searches when a mask cannot be carried, but not at every frame', () => {
    let tracks: readonly Track[] = [newTrackFromMask(1, discMask(300, 200, 40), null)];
    const request = planKeyframe(tracks, at(40_000, { carry: () => null }));
    expect(request).toMatchObject({ purpose: 'search' });
    tracks = markAsked(tracks, request!);
    expect(planKeyframe(tracks, at(80_000, { carry: () => null }))).toBeNull();
    expect(planKeyframe(tracks, at(200_000, { carry: () => null }))).toMatchObject({ purpose: 'search' });
  });

  it('asks the people engine with the whole frame, when it is idle', () => {
    const people = newTrack(1, 'people', null, 0);
    expect(planKeyframe([people], at(40_000, { peopleReady: false }))).toBeNull();
    expect(planKeyframe([people], at(40_000))).toMatchObject({ engine: 'people', viewport: { x: 0, y: 0, ...FRAME } });
  });

  it('plans nothing when no engine is idle', () => {
    const track = newTrackFromMask(1, discMask(300, 200, 40), null);
    expect(planKeyframe([track], at(40_000, { promptableReady: false }))).toBeNull();
  });
});
