import { describe, expect, it } from 'vitest';
import { recovery, totalRecovery, type RecoveryFrame } from '../../bench/measures/recovery.js';
import type { ObjectState } from '../../src/shared/pipeline-api.js';

/** A stretch of ten frames a second: what is said, how well it fits, how much of the object is in sight. */
type Stretch = readonly [frames: number, state: ObjectState | null, iou: number, truthShare: number];

const clip = (...stretches: readonly Stretch[]): RecoveryFrame[] =>
  stretches
    .flatMap(([frames, state, iou, truthShare]) => Array.from({ length: frames }, () => ({ state, iou, truthShare })))
    .map((frame, i) => ({ ...frame, timeS: i / 10 }));

const followed: Stretch = [10, 'tracking', 0.9, 1];
const away: Stretch = [10, 'lost', 0, 0];

describe('recovery', () => {
  it('asks nothing of an object that is always in sight', () => {
    expect(recovery(clip(followed))).toMatchObject({ reappearances: 0, foundWithin1s: 1, wrong: 0, unsureShare: 0 });
  });

  it.each([
    { what: 'within a second', late: 9, found: 1 },
    { what: 'after more than a second', late: 12, found: 0 },
  ])('counts an object found $what', ({ late, found }) => {
    const frames = clip(followed, away, [late, 'lost', 0, 1], [5, 'found', 0.8, 1]);
    expect(recovery(frames)).toMatchObject({ reappearances: 1, foundWithin1s: found, wrong: 0 });
  });

  it('takes neither an unsure mask nor a poor one for found', () => {
    expect(recovery(clip(followed, away, [20, 'unsure', 0.9, 1])).foundWithin1s).toBe(0);
    expect(recovery(clip(followed, away, [20, 'found', 0.4, 1])).foundWithin1s).toBe(0);
  });

  it('does not ask for one that was away for a moment only, or that never returns', () => {
    expect(recovery(clip(followed, [3, 'unsure', 0, 0], [20, 'lost', 0, 1])).reappearances).toBe(0);
    expect(recovery(clip(followed, away)).reappearances).toBe(0);
  });

  it('starts the clock when a good part is in sight, not a sliver', () => {
    const frames = clip(followed, away, [15, 'lost', 0, 0.1], [8, 'lost', 0, 0.6], [5, 'found', 0.8, 1]);
    expect(recovery(frames)).toMatchObject({ reappearances: 1, foundWithin1s: 1 });
  });

  it('counts something else taken for it while it is away, and while it is back', () => {
    const whileAway = clip(followed, away, [5, 'found', 0, 0], away, [5, 'found', 0.8, 1]);
    expect(recovery(whileAway)).toMatchObject({ wrong: 0.5, foundWithin1s: 1 });
    const whileBack = clip(followed, away, [20, 'found', 0.02, 1]);
    expect(recovery(whileBack)).toMatchObject({ wrong: 1, foundWithin1s: 0 });
  });

  it('counts a mask that stays on what hides the object, though it never said lost', () => {
    const frames = clip(followed, [10, 'tracking', 0, 0], [5, 'tracking', 0.8, 1]);
    expect(recovery(frames)).toMatchObject({ wrong: 0.5, foundWithin1s: 1 });
  });

  it('forgives a mask that lingers for less than 0.4 s or a wrong one of two frames', () => {
    expect(recovery(clip(followed, [3, 'tracking', 0, 0], away)).wrong).toBe(0);
    expect(recovery(clip(followed, away, [2, 'found', 0, 0], away)).wrong).toBe(0);
  });

  it('adds clips up by their counts, not by their shares', () => {
    const good = recovery(clip(followed, away, [5, 'found', 0.8, 1], away, [5, 'found', 0.8, 1]));
    const bad = recovery(clip(followed, away, [15, 'unsure', 0.8, 1]));
    expect(totalRecovery([good, bad])).toMatchObject({ reappearances: 3, foundWithin1s: 2 / 3, wrong: 0 });
    expect(totalRecovery([good, bad]).unsureShare).toBeCloseTo(15 / 75);
  });
});
