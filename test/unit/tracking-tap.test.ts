import { describe, expect, it } from 'vitest';
import type { Size } from '../../src/shared/geometry.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import {
  addUserPrompt,
  applyKeyframe,
  chooseCandidate,
  heldFrames,
  markAsked,
  newTrack,
  planKeyframe,
  type Track,
} from '../../src/tracking/tracker.js';
import { answer, contextAt, discMask, STEP_US, tracked } from './tracking-scene.js';

describe('a tap', () => {
  const tapped = (): Track => newTrack(1, 'prompted', { kind: 'point', point: { x: 300, y: 240, inside: true } }, 0);

  it('is answered at once, looked at again from afar and from nearer, then zoomed with its mask', () => {
    let track = tapped();
    const views: { width: number; input: Size; mask: boolean }[] = [];
    for (let look = 0; track.tap !== null; look++) {
      const request = planKeyframe(
        [track],
        contextAt(look * STEP_US, () => null),
      )!;
      expect(request).toMatchObject({ purpose: 'tap', timestampUs: 0 });
      const { viewport, input, asks } = request;
      views.push({ width: viewport.width, input, mask: asks[0]!.prompt.mask !== null });
      const readings = [
        answer(0.5 + look / 10, discMask(300, 240, 40)),
        answer(0.4, discMask(300, 240, 80)),
        answer(0.3, discMask(300, 240, 15)),
      ];
      track = applyKeyframe(markAsked([track], request)[0]!, request, readings, null);
      expect(track.state).toBe('tracking');
    }
    const square = { width: 256, height: 256 };
    expect(views.slice(0, 3)).toEqual([
      { width: 384, input: square, mask: false },
      { width: 640, input: { width: 256, height: 192 }, mask: false },
      { width: 224, input: square, mask: false },
    ]);
    expect(views[3]).toMatchObject({ input: square, mask: true });
    expect(views[3]!.width).toBeLessThan(200);
    expect(views).toHaveLength(4);
    expect(track.candidates).toHaveLength(3);
    expect(track.score).toBeCloseTo(0.8);
    expect(heldFrames([track])).toEqual([]);
  });

  it('ends even when nothing answers', () => {
    let track = tapped();
    for (let look = 0; track.tap !== null && look < 5; look++) {
      const request = planKeyframe(
        [track],
        contextAt(0, () => null),
      )!;
      track = applyKeyframe(markAsked([track], request)[0]!, request, [], null);
    }
    expect(track.tap).toBeNull();
  });

  it('lets another reading be chosen', () => {
    let track = tapped();
    const request = planKeyframe(
      [track],
      contextAt(0, () => null),
    )!;
    track = applyKeyframe(
      markAsked([track], request)[0]!,
      request,
      [answer(0.6, discMask(300, 240, 40)), answer(0.5, discMask(300, 240, 80))],
      null,
    );
    const other = chooseCandidate(track, 1);
    expect(other.chosenCandidate).toBe(1);
    expect(maskIou(other.mask!, discMask(300, 240, 80))).toBeGreaterThan(0.9);
    expect(chooseCandidate(track, 7)).toBe(track);
  });

  it('that corrects is asked with every point of that frame and the mask so far', () => {
    const first = addUserPrompt(
      tracked(),
      { kind: 'point', point: { x: 340, y: 240, inside: true } },
      STEP_US,
      discMask(300, 240, 40, STEP_US),
    );
    const second = addUserPrompt(
      first,
      { kind: 'point', point: { x: 260, y: 240, inside: false } },
      STEP_US,
      discMask(300, 240, 40, STEP_US),
    );
    const request = planKeyframe(
      [second],
      contextAt(2 * STEP_US, () => null),
    );
    expect(request).toMatchObject({ purpose: 'tap', timestampUs: STEP_US });
    expect(request?.asks[0]?.prompt.points.map(({ x, inside }) => [x, inside])).toEqual([
      [340, true],
      [260, false],
    ]);
    expect(request?.asks[0]?.prompt.mask).not.toBeNull();
  });
});
