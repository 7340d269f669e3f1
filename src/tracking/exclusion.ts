import { boxIou, type Point } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { ObjectId } from '../shared/pipeline-api.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { unlikeness } from './appearance.js';
import {
  distanceFrom,
  insideArea,
  labelComponents,
  logitAt,
  maskIou,
  maskShape,
  overlapOfSmaller,
  resampleMask,
} from './mask-geometry.js';
import type { Bystander, Claim, Track } from './track.js';

/** IoU with another object's mask from which a mask is that object, and below which two objects were clearly apart before. */
const SAME = 0.5;
const APART = 0.3;
/** Objects that overlap in more than this share of the smaller one are part and whole, or one thing followed twice. */
const SHARED = 0.3;
/** Share of an answer that must be left without the others for it to be an answer. */
const OWN_SHARE = 0.4;
/** Share of a piece that the object was in before for the piece to be its own. */
const WAS_SHARE = 0.3;
/** How many times larger something is whose mask may cover what passes in front of it. */
const LARGER = 2;
/** How many times its usual area an object covers that has nothing more to come into view. */
const WHOLE = 1.1;
/** Objects that overlap in less are beside one another. */
const BESIDE = 0.1;
/** Share of a find that must lie beside the others for the others to be cut away from it. */
const REMAINS = 0.25;
/** How much more like another object a mask must look, as a difference of shortfalls. */
const CLEARLY = 0.05;
/** Masks from times farther apart cannot be compared where they lie. */
const COMPARABLE_US = 400_000;

/**
 * The candidates that are not another followed object: of two that look alike, one must not be taken for the other. Objects that overlapped before, as
 * a part does its whole, may go on doing so; people are never another object.
 * @param before the object's mask on the candidates' frame; null when it is searched for
 */
export function withoutOthers(
  candidates: readonly Candidate[],
  before: MaskGrid | null,
  self: Track,
  tracks: readonly Track[],
): readonly Candidate[] {
  const apart = othersThan(self, tracks).filter(({ mask }) => before === null || maskIou(before, mask) < APART);
  if (apart.length === 0) return candidates;
  return candidates.filter(({ mask }) => apart.every((other) => !isOn(mask, other.mask)));
}

/**
 * The candidates without what others are known to cover ({@link withoutClaimed}); what is mostly others' is no answer at all.
 * @param carried the object's own mask on the candidates' frame; null when it is not known where it was
 */
export function ownParts(
  candidates: readonly Candidate[],
  carried: MaskGrid | null,
  self: Track,
  claims: readonly (Claim | Bystander)[],
): readonly Candidate[] {
  if (carried === null || claims.length === 0) return candidates;
  const cut = withoutClaimed(carried, self, claims);
  return candidates.flatMap((candidate) => {
    const mask = cut(candidate.mask);
    const [left, whole] = [insideArea(mask), insideArea(candidate.mask)];
    if (left === whole) return [candidate];
    return left < OWN_SHARE * whole ? [] : [{ ...candidate, mask: withoutScraps(mask, candidate.mask, carried) }];
  });
}

/** A mask that others were `cut` away from, without the pieces beyond: those that border on what was cut and that the object was not in before. */
function withoutScraps(cut: MaskGrid, uncut: MaskGrid, carried: MaskGrid): MaskGrid {
  const { labels, areas } = labelComponents(cut);
  const { width } = cut;
  const before = resampleMask(carried, cut).data;
  const wasCut = (i: number): boolean => labels[i] === 0 && (uncut.data[i] ?? 0) > 0;
  const [was, bordersOnCut] = [areas.map(() => 0), areas.map(() => false)];
  labels.forEach((label, i) => {
    if (label === 0) return;
    if (before[i]! > 0) was[label - 1]!++;
    const x = i % width;
    const borders =
      (x > 0 && wasCut(i - 1)) || (x < width - 1 && wasCut(i + 1)) || wasCut(i - width) || wasCut(i + width);
    if (borders) bordersOnCut[label - 1] = true;
  });
  const isOwn = areas.map((area, at) => was[at]! >= WAS_SHARE * area);
  if (!isOwn.includes(true)) return cut;
  const isScrap = areas.map((_, at) => bordersOnCut[at]! && !isOwn[at]!);
  if (!isScrap.includes(true)) return cut;
  return { ...cut, data: cut.data.map((logit, i) => (labels[i] !== 0 && isScrap[labels[i]! - 1]! ? -logit : logit)) };
}

/**
 * Takes off a mask what others are known to cover: of two that look alike and touch, a model answers with both. What was the other's and
 * not this one's is the other's, and so is what comes into view beside one that is half hidden while this one is whole. Where both were, the one whose
 * mask says so more clearly keeps a place. What overlaps another anyway is left alone, as a part does its whole, or what passes in front of something larger.
 * @param carried the object's own mask on the masks' frame; null when it is not known where it was
 */
export function withoutClaimed(
  carried: MaskGrid | null,
  self: Track,
  claims: readonly (Claim | Bystander)[],
): (mask: MaskGrid) => MaskGrid {
  if (carried === null || self.kind === 'people') return (mask) => mask;
  const area = insideArea(carried);
  const others = claims.flatMap((claim) => {
    if (claim.id === self.id) return [];
    const overlap = overlapOfSmaller(carried, claim.mask);
    const isInFront = insideArea(claim.mask) > LARGER * area;
    if (overlap >= SHARED && (isInFront || !wasApart(claim, self))) return [];
    return [{ ...claim, overlap }];
  });
  if (others.length === 0) return (mask) => mask;
  return (mask) => {
    const whole = self.usualArea > 0 && insideArea(mask) > WHOLE * self.usualArea;
    const takers = others.map((other) => {
      const away = whole && other.hidden > 0 ? distanceFrom(other.mask) : null;
      return (x: number, y: number, own: number): boolean => {
        const its = logitAt(other.mask, x, y);
        if (own <= 0) return its > 0 || (away !== null && away(x, y) <= other.hidden);
        return other.overlap < SHARED && its > own;
      };
    });
    return without(mask, (x, y) => {
      const own = logitAt(carried, x, y);
      return takers.some((takes) => takes(x, y, own));
    });
  };
}

/**
 * A mask found for a lost object without what those cover that were seen beside it; as it is where they cover most of it, as what passes in front of
 * something large is covered.
 */
export function besideOthers(mask: MaskGrid, self: Track, claims: readonly Claim[]): MaskGrid {
  const others = claims.filter((claim) => claim.id !== self.id && wasApart(claim, self));
  if (others.length === 0) return mask;
  const rest = without(mask, (x, y) => others.some((other) => logitAt(other.mask, x, y) > 0));
  return insideArea(rest) < REMAINS * insideArea(mask) ? mask : rest;
}

/** Whether something that has been seen beside an object is so near that it may hide some of it. */
export function isCrowded(carried: MaskGrid, self: Track, claims: readonly (Claim | Bystander)[]): boolean {
  const box = maskShape(carried)?.box;
  if (box === undefined) return false;
  return claims.some((claim) => {
    if (claim.id === self.id || !wasApart(claim, self)) return false;
    const its = maskShape(claim.mask)?.box;
    return its !== undefined && boxIou(box, its) > 0;
  });
}

/** Whether an object has been seen beside what a claim stands for; what nobody follows is known by that. */
const wasApart = ({ id }: Claim | Bystander, self: Track): boolean => id === null || self.apartFrom.includes(id);

/** The mask with the cells turned outside whose centres (frame pixels) are `taken`. */
function without(mask: MaskGrid, taken: (x: number, y: number) => boolean): MaskGrid {
  const { width, height, viewport } = mask;
  const data = mask.data.map((value, i) => {
    if (value <= 0) return value;
    const x = viewport.x + (((i % width) + 0.5) * viewport.width) / width;
    const y = viewport.y + ((Math.floor(i / width) + 0.5) * viewport.height) / height;
    return taken(x, y) ? -value : value;
  });
  return { ...mask, data };
}

/** Which objects have been seen beside this one, its newest mask included: `apartFrom`. */
export function seenApart(mask: MaskGrid, self: Track, claims: readonly Claim[]): readonly ObjectId[] {
  const beside = claims.filter(
    ({ id, mask: other }) => id !== self.id && !self.apartFrom.includes(id) && overlapOfSmaller(mask, other) < BESIDE,
  );
  return beside.length === 0 ? self.apartFrom : [...self.apartFrom, ...beside.map(({ id }) => id)];
}

/**
 * Whether a mask has slid onto another followed object little by little: it covers that one, and looks clearly more like it. Of a part and its whole, or one
 * thing followed twice, neither does.
 */
export function belongsToOther(mask: MaskGrid, map: FeatureMap, self: Track, tracks: readonly Track[]): boolean {
  return othersThan(self, tracks).some(
    (other) =>
      isOn(mask, other.mask) &&
      unlikeness(self.appearance, mask, map).short - unlikeness(other.appearance, mask, map).short > CLEARLY,
  );
}

/** Whether a mask found for a lost object is a part of another followed one that was seen beside it, and looks no more like the lost one than like that. */
export function isPartOfOther(
  mask: MaskGrid,
  map: FeatureMap,
  self: Track,
  tracks: readonly Track[],
  claims: readonly Claim[],
): boolean {
  return claims.some((claim) => {
    const { id, mask: place } = claim;
    const other = tracks.find((track) => track.id === id);
    if (other === undefined || !wasApart(claim, self) || overlapOfSmaller(mask, place) < SAME) return false;
    return unlikeness(other.appearance, mask, map).short - unlikeness(self.appearance, mask, map).short < CLEARLY;
  });
}

/** Whether another followed object lies at a place of the frame. */
export function isOtherAt({ x, y }: Point, nowUs: number, self: Track, tracks: readonly Track[]): boolean {
  return othersThan(self, tracks).some(({ mask }) => isComparable(mask, nowUs) && logitAt(mask, x, y) > 0);
}

type Seen = Track & { readonly mask: MaskGrid };

/** What else is in sight and can be confused with an object; people never are. */
function othersThan(self: Track, tracks: readonly Track[]): Seen[] {
  if (self.kind === 'people') return [];
  return tracks.filter(
    (other): other is Seen =>
      other.id !== self.id &&
      other.kind === 'prompted' &&
      other.mask !== null &&
      other.state !== 'lost' &&
      other.state !== 'pending',
  );
}

const isOn = (mask: MaskGrid, other: MaskGrid): boolean =>
  isComparable(other, mask.timestampUs) && maskIou(mask, other) >= SAME;

const isComparable = ({ timestampUs }: MaskGrid, atUs: number): boolean =>
  Math.abs(timestampUs - atUs) <= COMPARABLE_US;
