import type { MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { alikeMap, modelsOf, unlikeness } from './appearance.js';
import { blurred } from './blur.js';
import { distanceTo, insideArea, labelComponents, resampleMask } from './mask-geometry.js';
import type { Claim, Track } from './track.js';

/** How much less like the object than its own mask is on average a place may look to be something like it (cosine less the difference in colour). */
const WITHIN = 0.1;
/** Least size of such a thing, as a share of the object's mask: it may be only just coming into view. */
const LEAST = 0.03;
/** How far it may fall short of the object's usual likeness, and its colours be off: no more than the object itself when it is surely seen. */
const SHORT = 0.13;
const COLOURS = 0.05;
/** Share of its usual area from which an object is whole: what lies apart from it then is no part of it. */
const WHOLE = 0.7;
/** Cells nearer than this to the object touch it (thirds of a cell). */
const TOUCHING = 5;
/** How much farther it is known to reach from one keyframe to the next (thirds of a cell). */
const REACH = 9;
/** Logit inside and, negated, outside. Weak, so that a mask that is surely here keeps its place. */
const LOGIT = 1.5;

/**
 * What looks like a followed object beside it and is not it, though nobody follows that: one of three equal cups. It is known by having been seen apart, with
 * something else between, while the object was seen whole; from then on it is known where it is carried to, also where the two touch, as long as it is
 * in view and looks so. On the grid of `map`; null when there is none.
 * @param track the object, with its mask on the map's frame
 * @param carried what it was on that frame by the mask before
 * @param known what was known a moment ago, carried to that frame
 * @param claims where other followed objects lie: those speak for themselves
 */
export function bystandersOf(
  track: Track,
  map: FeatureMap,
  carried: MaskGrid | null,
  known: MaskGrid | null,
  claims: readonly Claim[],
): MaskGrid | null {
  const { mask, usualArea, state } = track;
  if (mask?.timestampUs !== map.timestampUs || track.kind === 'people' || state === 'lost') return null;
  if (modelsOf(track.appearance).length === 0) return null;
  const whole = state === 'tracking' && insideArea(mask) >= WHOLE * usualArea;
  if (!whole && known === null) return null;
  const on = (other: MaskGrid): Float32Array => resampleMask(other, map).data;
  const own = on(mask);
  const taken = claims.map((claim) => on(claim.mask));
  const alike = alikeBeside(track, map, own);
  const data = alike.map((value, i) => (taken.some((other) => other[i]! > 0) ? -1 : value));
  const { labels, areas } = labelComponents({ ...map, data });
  if (areas.length === 0) return null;

  // What was carried here keeps its place only where the object was not.
  const [before, was] = [known === null ? null : on(known), carried === null ? own : on(carried)];
  const isKnown = Uint8Array.from(labels, (label, i) =>
    label !== 0 && before !== null && before[i]! > Math.max(0, was[i]!) ? 1 : 0,
  );
  const isOwn = Uint8Array.from(own, (logit) => (logit > 0 ? 1 : 0));
  const [fromOwn, fromKnown] = [distanceTo(isOwn, map.width, map.height), distanceTo(isKnown, map.width, map.height)];
  const [touches, holdsKnown] = [areas.map(() => false), areas.map(() => false)];
  labels.forEach((label, i) => {
    if (label === 0) return;
    touches[label - 1] ||= fromOwn[i]! < TOUCHING;
    holdsKnown[label - 1] ||= isKnown[i] === 1;
  });
  const least = LEAST * isOwn.reduce((sum, one) => sum + one, 0);
  const found = isKnown.slice();
  areas.forEach((area, at) => {
    const isApart = !touches[at] && area >= least;
    if (!whole || !(isApart || holdsKnown[at]!)) return;
    // What comes into view of one that is known is nearer to it than to the object.
    const isMore = (i: number): boolean => fromKnown[i]! < Math.min(fromOwn[i]!, REACH);
    const holds = (label: number, i: number): boolean => label === at + 1 && (isApart || isKnown[i] === 1 || isMore(i));
    const part = { ...map, data: Float32Array.from(labels, (label, i) => (holds(label, i) ? LOGIT : -LOGIT)) };
    const { short, colours } = unlikeness(track.appearance, part, map);
    if (short > SHORT || colours > COLOURS) return;
    part.data.forEach((logit, i) => {
      if (logit > 0) found[i] = 1;
    });
  });
  if (!found.includes(1)) return null;
  // Its edge is in cells that look half like what is behind it.
  const fromFound = distanceTo(found, map.width, map.height);
  const isEdge = (i: number): boolean => labels[i] === 0 && isOwn[i] === 0 && fromFound[i]! < TOUCHING;
  const logits = Float32Array.from(found, (one, i) => (one === 1 || isEdge(i) ? LOGIT : -LOGIT));
  return { data: logits, width: map.width, height: map.height, viewport: map.viewport, timestampUs: map.timestampUs };
}

/** 1 where the map looks as much like the object as its own mask does, about, and is outside that mask; -1 elsewhere. */
function alikeBeside(track: Track, map: FeatureMap, own: Float32Array): Float32Array {
  const like = blurred(alikeMap(map, modelsOf(track.appearance)), map.width, map.height, 1);
  let [sum, count] = [0, 0];
  own.forEach((logit, i) => {
    if (logit <= 0) return;
    sum += like[i]!;
    count++;
  });
  const level = sum / count - WITHIN;
  return like.map((value, i) => (count > 0 && own[i]! <= 0 && value >= level ? 1 : -1));
}
