import { describe, expect, it } from 'vitest';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { applySearch, chooseCandidate, newTrackFromMask, type Track } from '../../src/tracking/tracker.js';
import { disc, discMask, FRAME, maskWhere } from './tracking-scene.js';

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

describe('a search', () => {
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
      channels: 3,
      width: SIDE,
      height: SIDE,
      viewport: { x: 0, y: 0, width: 640, height: 640 },
      timestampUs,
    };
  }
  const lost: Track = { ...newTrackFromMask(1, discMask(300, 200, 40), picture(1, 300, 200, 0)), state: 'lost' };
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
