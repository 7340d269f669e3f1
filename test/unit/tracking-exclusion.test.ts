import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { besideOthers, isPartOfOther, ownParts, seenApart, withoutClaimed } from '../../src/tracking/exclusion.js';
import { insideArea, maskIou } from '../../src/tracking/mask-geometry.js';
import { NO_PROMPT } from '../../src/tracking/track.js';
import {
  applyKeyframe,
  newTrackFromMask,
  planKeyframe,
  type KeyframeRequest,
  type Track,
} from '../../src/tracking/tracker.js';
import { contextAt, disc, discMask, FRAME, maskWhere, redAt, STEP_US, tracked } from './tracking-scene.js';

/** Two discs that touch; the model answers with both. */
const left = (timeUs = 0): MaskGrid => discMask(300, 240, 40, timeUs);
const right = (timeUs = 0): MaskGrid => discMask(375, 240, 40, timeUs);
const both = (timeUs = 0): MaskGrid =>
  maskWhere(
    (x, y) => Math.max(disc(300, 240, 40)(x, y), disc(375, 240, 40)(x, y)),
    { x: 210, y: 112, side: 256 },
    timeUs,
  );
const followed = (id: number, mask: MaskGrid): Track => newTrackFromMask(id, mask, null);

const lookAt = (timestampUs: number, carried: MaskGrid, claims: KeyframeRequest['claims'] = []): KeyframeRequest => ({
  purpose: 'track',
  engine: 'promptable',
  timestampUs,
  frame: FRAME,
  viewport: { x: 0, y: 0, ...FRAME },
  input: { width: 192, height: 192 },
  asks: [{ id: 1, prompt: NO_PROMPT, carried }],
  claims,
});

describe('what another followed object covers', () => {
  const claims = [{ id: 2, mask: right(), hidden: 0 }];

  it('is not this one, however the model answers', () => {
    expect(maskIou(both(), left())).toBeLessThan(0.6);
    expect(maskIou(withoutClaimed(left(), followed(1, left()), claims)(both()), left())).toBeGreaterThan(0.9);
    const answers = [{ mask: both(STEP_US), score: 0.9 }];
    const alone = applyKeyframe(followed(1, left()), lookAt(STEP_US, left(STEP_US)), answers, null);
    const beside = applyKeyframe(followed(1, left()), lookAt(STEP_US, left(STEP_US), claims), answers, null);
    expect(maskIou(alone.mask!, left())).toBeLessThan(0.6);
    expect(maskIou(beside.mask!, left())).toBeGreaterThan(0.9);
  });

  it('stays part of a whole that has always held it, and not of one that was seen beside it', () => {
    const whole = followed(1, both());
    expect(withoutClaimed(both(), whole, claims)(both())).toEqual(both());
    const slid = maskWhere(
      (x, y) => Math.max(disc(300, 240, 40)(x, y), x < 370 ? disc(375, 240, 40)(x, y) : -6),
      { x: 210, y: 112, side: 256 },
      0,
    );
    const once = { ...followed(1, left()), apartFrom: [2] };
    expect(maskIou(withoutClaimed(slid, once, claims)(both()), slid)).toBeGreaterThan(0.95);
    expect(withoutClaimed(slid, { ...once, apartFrom: [] }, claims)(both())).toEqual(both());
  });

  it('is as good as unknown where nobody knows where this one was, and nothing to people', () => {
    expect(withoutClaimed(null, followed(1, left()), claims)(both())).toEqual(both());
    expect(withoutClaimed(left(), { ...followed(1, left()), kind: 'people' }, claims)(both())).toEqual(both());
    expect(withoutClaimed(left(), followed(2, left()), claims)(both())).toEqual(both());
  });

  it('does not take away from what passes in front of something larger', () => {
    const large = [{ id: 2, mask: discMask(375, 240, 100), hidden: 0 }];
    const [was, is] = [discMask(360, 240, 20), discMask(370, 240, 20)];
    const track: Track = { ...followed(1, was), apartFrom: [2] };
    expect(withoutClaimed(was, track, large)(is)).toEqual(is);
    const entering = [{ id: 2, mask: discMask(430, 240, 60), hidden: 0 }];
    expect(insideArea(withoutClaimed(was, track, entering)(is))).toBeLessThan(insideArea(is));
  });

  it('is followed by what comes into view beside it while it is half hidden', () => {
    const half = maskWhere((x, y) => (x > 375 ? disc(375, 240, 40)(x, y) : -6), { x: 210, y: 112, side: 256 }, 0);
    const track = { ...followed(1, left()), usualArea: insideArea(left()) };
    const shown = withoutClaimed(left(), track, [{ id: 2, mask: half, hidden: 0 }])(both());
    const hidden = withoutClaimed(left(), track, [{ id: 2, mask: half, hidden: 30 }])(both());
    expect(insideArea(shown)).toBeGreaterThan(1.4 * insideArea(left()));
    expect(insideArea(hidden)).toBeLessThan(1.2 * insideArea(left()));
    const growing = { ...track, usualArea: 2 * insideArea(left()) };
    expect(withoutClaimed(left(), growing, [{ id: 2, mask: half, hidden: 30 }])(both())).toEqual(shown);
  });

  it('is not found for one that is lost, unless it looks more like that one', () => {
    const map = redAt(375, 240, STEP_US);
    const other = newTrackFromMask(2, right(), redAt(375, 240));
    const part = discMask(375, 240, 28, STEP_US);
    const like = newTrackFromMask(1, left(), redAt(300, 240));
    const unlike = newTrackFromMask(1, left(), redAt(100, 100));
    const isPart = (track: Track): boolean =>
      isPartOfOther(part, map, { ...track, apartFrom: [2] }, [track, other], claims);
    expect(isPart(like)).toBe(true);
    expect(isPart(unlike)).toBe(true);
    expect(isPartOfOther(part, map, like, [like, other], claims)).toBe(false);
    const blueOther = newTrackFromMask(2, right(), redAt(100, 100));
    expect(isPartOfOther(part, map, { ...like, apartFrom: [2] }, [like, blueOther], claims)).toBe(false);
    expect(isPartOfOther(left(), map, { ...like, apartFrom: [2] }, [like, other], claims)).toBe(false);
  });

  it('is cut away from what is found for one that is lost, unless it covers nearly all of that', () => {
    const lost: Track = { ...followed(1, left()), state: 'lost', apartFrom: [2] };
    expect(maskIou(besideOthers(both(), lost, claims), left())).toBeGreaterThan(0.9);
    expect(besideOthers(discMask(375, 240, 20), lost, claims)).toEqual(discMask(375, 240, 20));
    expect(besideOthers(both(), { ...lost, apartFrom: [] }, claims)).toEqual(both());
  });

  it('is known to be another from when the two were seen side by side', () => {
    const track = followed(1, left());
    expect(seenApart(left(), track, claims)).toEqual([2]);
    expect(seenApart(both(), track, claims)).toEqual([]);
    expect(seenApart(both(), { ...track, apartFrom: [2] }, claims)).toEqual([2]);
    const answers = [{ mask: left(STEP_US), score: 0.9 }];
    expect(applyKeyframe(track, lookAt(STEP_US, left(STEP_US), claims), answers, null).apartFrom).toEqual([2]);
  });

  it('is told to every look: where all that are surely followed lie now', () => {
    const lost: Track = { ...followed(3, discMask(500, 100, 40)), state: 'lost' };
    const tracks = [followed(1, left()), followed(2, right()), lost];
    const moved = (mask: MaskGrid): MaskGrid => ({ ...mask, timestampUs: STEP_US });
    const request = planKeyframe(tracks, contextAt(STEP_US, moved));
    expect(request?.claims).toEqual([
      { id: 1, mask: moved(left()), hidden: 0 },
      { id: 2, mask: moved(right()), hidden: 0 },
    ]);
    expect(planKeyframe([tracks[0]!, lost], contextAt(STEP_US, moved))?.claims).toEqual([
      { id: 1, mask: moved(left()), hidden: 0 },
    ]);
    expect(planKeyframe([tracks[0]!], contextAt(STEP_US, moved))?.claims).toEqual([]);
    const half = { ...followed(2, right()), usualArea: 2 * insideArea(right()) };
    const reach = planKeyframe([tracks[0]!, half], contextAt(STEP_US, moved))!.claims![1]!.hidden;
    expect(reach).toBeCloseTo((Math.SQRT2 - 1) * Math.sqrt(insideArea(right())));
  });
});

describe('an object seen from much closer than before', () => {
  /** The disc of `tracked`, whose features are a cosine of 0.8 from what they were, in a view whose cells are `cell` frame pixels wide. */
  const seenAs = (cell: number, timestampUs: number): FeatureMap => {
    const map = redAt(0, 0, timestampUs);
    const [width, height] = [map.width * cell, map.height * cell];
    const viewport = { x: 300 - width / 2, y: 240 - height / 2, width, height };
    const cells = map.width * map.height;
    const data = new Float32Array(map.data.length);
    for (let i = 0; i < cells; i++) {
      const x = viewport.x + ((i % map.width) + 0.5) * cell;
      const y = viewport.y + (Math.floor(i / map.width) + 0.5) * cell;
      const inside = disc(300, 240, 40)(x, y) > 0;
      data[(inside ? 1 : 0) * cells + i] = inside ? 0.8 : 1;
      if (inside) data[2 * cells + i] = 0.6;
    }
    return { ...map, data, viewport };
  };
  const follow = (cell: number, mask: (timeUs: number) => MaskGrid): Track =>
    Array.from({ length: 40 }, (_, k) => (k + 1) * STEP_US).reduce<Track>(
      (track, timeUs) =>
        applyKeyframe(track, lookAt(timeUs, left(timeUs)), [{ mask: mask(timeUs), score: 0.9 }], seenAs(cell, timeUs)),
      { ...tracked(), appearance: { ...tracked().appearance, usual: { features: 1, colours: 0 } } },
    );

  it('goes on where it steadily is, and is learned anew', () => {
    const track = follow(4, left);
    expect(track.state).toBe('tracking');
    expect(track.appearance.gallery.length).toBeGreaterThan(0);
    expect(track.appearance.gallery[0]!.cell).toBe(4);
    expect(insideArea(track.mask!)).toBeCloseTo(insideArea(left()), -2);
  });

  it('is another thing if it looks like another from as far off as before', () => {
    expect(follow(16, left).state).toBe('lost');
  });

  it('is not taken for what does not lie where it was', () => {
    expect(follow(4, (timeUs) => discMask(335, 240, 40, timeUs)).state).not.toBe('tracking');
  });
});

describe('an answer with what is others cut away', () => {
  const claims = [{ id: 2, mask: right(), hidden: 0 }];
  const at = (mask: MaskGrid, score = 0.9) => ({ mask, score });

  it('is none when hardly anything is left of it', () => {
    const own = ownParts([at(right(), 0.9), at(left(), 0.8)], left(), followed(1, left()), claims);
    expect(own).toMatchObject([{ score: 0.8 }]);
    expect(maskIou(own[0]!.mask, left())).toBeGreaterThan(0.98);
  });

  it('is left alone where others are far off, also when it is in two parts, as past a pole', () => {
    const halves = maskWhere(
      (x, y) => (Math.abs(x - 310) < 10 ? -6 : disc(300, 240, 40)(x, y)),
      { x: 210, y: 112, side: 256 },
      0,
    );
    const far = [{ id: 2, mask: discMask(560, 240, 40), hidden: 0 }];
    const carried = maskWhere((x, y) => (x > 300 ? -6 : disc(300, 240, 40)(x, y)), { x: 210, y: 112, side: 256 }, 0);
    const answer = at(halves);
    expect(ownParts([answer], carried, followed(1, carried), far)).toEqual([answer]);
  });

  it('is without the pieces at the far side of what was cut away', () => {
    const beyond = maskWhere(
      (x, y) => Math.max(disc(300, 240, 40)(x, y), disc(375, 240, 40)(x, y), disc(440, 240, 30)(x, y)),
      { x: 210, y: 112, side: 268 },
      0,
    );
    const [own] = ownParts([at(beyond)], left(), followed(1, left()), claims);
    expect(maskIou(own!.mask, left())).toBeGreaterThan(0.9);
    const [appeared] = ownParts([at(beyond)], discMask(100, 240, 20), followed(1, discMask(100, 240, 20)), claims);
    expect(insideArea(appeared!.mask)).toBeGreaterThan(1.2 * insideArea(left()));
  });
});
