import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Point } from '../../src/shared/geometry.js';
import type { ObjectSummary } from '../../src/shared/pipeline-api.js';
import { PointerGestures, type PointerFacts } from '../../src/ui/pointer-gestures.js';
import { boxOnStage, clampPoint, isInFrame, pictureRect, toFrame, toStage } from '../../src/ui/stage-geometry.js';
import { tapTarget } from '../../src/ui/tap-target.js';

describe('stage geometry', () => {
  // 640x360 in 1000x1000: scale 1.5625, bars of 218.75 above and below.
  const view = { content: { width: 640, height: 360 }, container: { width: 1000, height: 1000 }, mirrored: false };
  const mirror = { ...view, mirrored: true };

  it('letterboxes', () => {
    expect(pictureRect(view)).toEqual({ x: 0, y: 218.75, width: 1000, height: 562.5 });
    expect(toFrame(view, { x: 500, y: 500 })).toEqual({ x: 320, y: 180 });
    expect(toFrame(view, { x: 0, y: 218.75 })).toEqual({ x: 0, y: 0 });
    expect(isInFrame(view, toFrame(view, { x: 500, y: 100 }))).toBe(false);
  });

  it('turns x round in a mirror, and y never', () => {
    expect(toFrame(mirror, { x: 0, y: 218.75 })).toEqual({ x: 640, y: 0 });
    expect(toFrame(mirror, { x: 250, y: 500 }).x).toBe(640 - toFrame(view, { x: 250, y: 500 }).x);
  });

  it.each([view, mirror])('maps back and forth', (either) => {
    const point = { x: 123.5, y: 77.25 };
    const there = toFrame(either, toStage(either, point));
    expect(there.x).toBeCloseTo(point.x, 9);
    expect(there.y).toBeCloseTo(point.y, 9);
  });

  it('draws boxes with a positive size in a mirror too', () => {
    const box = { x0: 0, y0: 0, x1: 64, y1: 36 };
    expect(boxOnStage(mirror, box)).toEqual({ x: 900, y: 218.75, width: 100, height: 56.25 });
  });

  it('clamps to pixels of the frame', () => {
    expect(clampPoint({ x: 900, y: -3 }, view.content)).toEqual({ x: 639, y: 0 });
  });
});

describe('tapTarget', () => {
  const object = (id: number, part: Partial<ObjectSummary>): ObjectSummary => ({
    id,
    kind: 'prompted',
    name: `Object ${id}`,
    colour: '#ffffff',
    visible: true,
    state: 'tracking',
    score: 1,
    box: null,
    prompts: [],
    candidateScores: [],
    chosenCandidate: 0,
    ...part,
  });
  const big = object(1, { box: { x0: 0, y0: 0, x1: 200, y1: 200 } });
  const small = object(2, { box: { x0: 80, y0: 80, x1: 120, y1: 120 } });

  it('starts a new object where none is', () => {
    expect(tapTarget([big], null, { x: 300, y: 50 })).toEqual({ kind: 'new' });
    // A corner of the box shows something else.
    expect(tapTarget([big], null, { x: 6, y: 6 })).toEqual({ kind: 'new' });
  });

  it('selects the smallest object under the tap', () => {
    expect(tapTarget([big, small], null, { x: 100, y: 100 })).toEqual({ kind: 'select', id: 2 });
    expect(tapTarget([big, small], 2, { x: 60, y: 100 })).toEqual({ kind: 'select', id: 1 });
  });

  it('knows the selected object and one that is still being found', () => {
    expect(tapTarget([big], 1, { x: 100, y: 100 })).toEqual({ kind: 'known', id: 1 });
    const prompts = [{ kind: 'point', point: { x: 400, y: 400, inside: true } }] as const;
    const pending = object(3, { state: 'pending', prompts });
    expect(tapTarget([pending], 3, { x: 410, y: 405 })).toEqual({ kind: 'known', id: 3 });
    expect(tapTarget([pending], 3, { x: 480, y: 405 })).toEqual({ kind: 'new' });
  });

  it('lets people, hidden and lost objects be tapped through', () => {
    for (const part of [{ kind: 'people' }, { visible: false }, { state: 'lost' }] as const) {
      expect(tapTarget([{ ...big, ...part }], null, { x: 100, y: 100 })).toEqual({ kind: 'new' });
    }
  });
});

describe('PointerGestures', () => {
  const facts = (part: Partial<PointerFacts> = {}): PointerFacts => ({
    pointerId: 1,
    button: 0,
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    ...part,
  });
  const at: Point = { x: 50, y: 60 };
  let heard: unknown[][];
  let gestures: PointerGestures;

  beforeEach(() => {
    vi.useFakeTimers();
    heard = [];
    gestures = new PointerGestures({
      tap: (...args) => void heard.push(['tap', ...args]),
      dragging: (...args) => void heard.push(['dragging', ...args]),
      box: (...args) => void heard.push(['box', ...args]),
    });
  });
  afterEach(() => void vi.useRealTimers());

  it.each([
    [{}, 'tap'],
    [{ shiftKey: true }, 'more'],
    [{ altKey: true }, 'less'],
    [{ ctrlKey: true }, 'less'],
    [{ button: 2 }, 'less'],
  ])('takes %j for "%s"', (part, intent) => {
    gestures.down(facts(part), at);
    gestures.up(facts(part), { x: 53, y: 61 });
    expect(heard).toEqual([['tap', at, intent]]);
  });

  it('takes a long press for "not this", once', () => {
    gestures.down(facts(), at);
    vi.advanceTimersByTime(499);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    gestures.up(facts(), at);
    expect(heard).toEqual([['tap', at, 'less']]);
  });

  it('takes a drag for a box, however long it takes', () => {
    gestures.down(facts(), at);
    gestures.move(facts(), { x: 90, y: 80 });
    vi.advanceTimersByTime(2000);
    gestures.up(facts(), { x: 120, y: 130 });
    expect(heard).toEqual([
      ['dragging', { from: at, to: { x: 90, y: 80 } }],
      ['dragging', null],
      ['box', at, { x: 120, y: 130 }],
    ]);
  });

  it('gives up at a second finger', () => {
    gestures.down(facts(), at);
    gestures.down(facts({ pointerId: 2 }), { x: 200, y: 200 });
    gestures.up(facts(), at);
    gestures.up(facts({ pointerId: 2 }), at);
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual([]);
  });

  it('ignores the middle button', () => {
    gestures.down(facts({ button: 1 }), at);
    gestures.up(facts({ button: 1 }), at);
    expect(heard).toEqual([]);
  });
});
