import type { Point } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { unlikeness } from './appearance.js';
import { logitAt, maskIou } from './mask-geometry.js';
import type { Track } from './track.js';

/** IoU with another object's mask from which a mask is that object, and below which two objects were clearly apart before. */
const SAME = 0.5;
const APART = 0.3;
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
  const others = othersThan(self, tracks);
  if (others.length === 0) return candidates;
  const apart = others.filter(({ mask }) => before === null || maskIou(before, mask) < APART);
  return candidates.filter((candidate) => apart.every((other) => !isOn(candidate.mask, other.mask)));
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
