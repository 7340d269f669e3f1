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
import { boxHeight, boxWidth, squareViewport, type Box } from '../../src/shared/geometry.js';
import { trimmedLook } from '../../src/tracking/viewport.js';
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

  it('trims the view on an object that is sure and alone, and looks round now and then', () => {
    const disc = newTrackFromMask(1, discMask(320, 240, 40), null);
    const mask = { ...disc.mask!, viewport: { x: 300, y: 140, width: 40, height: 200 } };
    const bar = { ...disc, mask, askedUs: 0 };
    const inputOf = (tracks: readonly Track[], nowUs = 40_000) => planKeyframe(tracks, at(nowUs))!.input;
    expect(inputOf([bar]).width).toBeLessThan(inputOf([bar]).height);
    const square = { width: 256, height: 256 };
    expect(inputOf([{ ...bar, state: 'unsure' }])).toEqual(square);
    expect(inputOf([{ ...bar, bystanders: mask }])).toEqual(square);
    expect(inputOf([bar, newTrackFromMask(2, discMask(60, 60, 20), null)])).toEqual(square);
    expect(inputOf([bar], 440_000)).toEqual(square);
    expect(inputOf([{ ...bar, askedUs: 440_000 }], 480_000)).toEqual(inputOf([bar]));
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

describe('trimmedLook', () => {
  const box = (x0: number, y0: number, width: number, height: number): Box => ({
    x0,
    y0,
    x1: x0 + width,
    y1: y0 + height,
  });
  const lookOn = (holds: Box, side: number, longSide = 192) => {
    const centre = { x: (holds.x0 + holds.x1) / 2, y: (holds.y0 + holds.y1) / 2 };
    const square = squareViewport(centre, side, FRAME);
    return { square, look: trimmedLook(square, holds, FRAME, longSide) };
  };

  it('keeps a square view on what is as wide as high', () => {
    const { square, look } = lookOn(box(200, 150, 100, 100), 160);
    expect(look).toEqual({ viewport: square, input: { width: 192, height: 192 } });
  });

  it('shows what is long at the same scale in fewer pixels, with as much room beside it as at its ends', () => {
    const { look } = lookOn(box(300, 100, 60, 200), 320);
    expect(look.input).toEqual({ width: 96, height: 192 });
    expect(look.viewport).toEqual({ x: 250, y: 40, width: 160, height: 320 });
  });

  it('does not show what lies outside the frame', () => {
    const { look } = lookOn(box(20, 40, 560, 400), 640);
    expect(look.viewport.height).toBeLessThan(640);
    expect(look.viewport.y).toBeCloseTo((FRAME.height - look.viewport.height) / 2);
    expect(look.input.height).toBe(160);
  });

  it('holds what it is to hold at one scale, whatever that is and wherever it lies', () => {
    for (let n = 0; n < 500; n++) {
      const random = (k: number): number => Math.abs((Math.sin(12.9898 * n + 78.233 * k) * 43758.5453) % 1);
      const [width, height] = [10 + 500 * random(1), 10 + 400 * random(2)];
      const holds = box((FRAME.width - width) * random(3), (FRAME.height - height) * random(4), width, height);
      const side = Math.min(FRAME.width, Math.max(48, (1.6 + random(5)) * Math.max(width, height)));
      const { look } = lookOn(holds, side, 192);
      const { viewport, input } = look;
      for (const pixels of [input.width, input.height]) {
        expect(pixels % 32).toBe(0);
        expect(pixels).toBeGreaterThanOrEqual(64);
        expect(pixels).toBeLessThanOrEqual(192);
      }
      expect(input.width / viewport.width).toBeCloseTo(192 / side);
      expect(input.height / viewport.height).toBeCloseTo(192 / side);
      const rounded = 16 / (192 / side) + 1e-6;
      const longest = Math.max(boxWidth(holds), boxHeight(holds));
      const shownX = Math.min(holds.x0 - viewport.x, viewport.x + viewport.width - holds.x1);
      const shownY = Math.min(holds.y0 - viewport.y, viewport.y + viewport.height - holds.y1);
      // No more than half a step of the input is cut off the room that is wanted, and never the object.
      const atEdge = { x: Math.min(holds.x0, FRAME.width - holds.x1), y: Math.min(holds.y0, FRAME.height - holds.y1) };
      const room = (side - longest) / 2;
      expect(shownX).toBeGreaterThanOrEqual(Math.min(room, atEdge.x) - rounded);
      expect(shownY).toBeGreaterThanOrEqual(Math.min(room, atEdge.y) - rounded);
    }
  });
});
