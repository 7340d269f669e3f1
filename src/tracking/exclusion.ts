import type { Candidate, MaskGrid } from '../shared/mask.js';
import { maskIou } from './mask-geometry.js';
import type { Track } from './track.js';

/** IoU with another object's mask from which a mask is that object, and below which two objects were clearly apart before. */
const SAME = 0.5;
const APART = 0.3;
/** Masks from times farther apart cannot be compared where they lie. */
const COMPARABLE_US = 250_000;

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
  const others = tracks.flatMap(({ id, kind, state, mask }) =>
    id === self.id || kind !== 'prompted' || mask === null || state === 'lost' || state === 'pending' ? [] : [mask],
  );
  if (self.kind === 'people' || others.length === 0) return candidates;
  const apart = others.filter((other) => before === null || maskIou(before, other) < APART);
  return candidates.filter(({ mask }) =>
    apart.every(
      (other) => Math.abs(other.timestampUs - mask.timestampUs) > COMPARABLE_US || maskIou(mask, other) < SAME,
    ),
  );
}
