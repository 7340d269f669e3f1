import type { Candidate, MaskGrid } from '../shared/mask.js';
import { ownParts, withoutOthers } from './exclusion.js';
import { maskIou } from './mask-geometry.js';
import { claimsFor, type KeyframeRequest, type Track } from './track.js';

/** How much the carried mask's agreement counts in choosing a candidate, next to the model's own score. */
const AGREEMENT = 0.5;

/** What a followed object's answer says of it alone, chosen by {@link chooseByAgreement}; null when it says nothing. */
export function chosenOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  tracks: readonly Track[],
): Candidate | null {
  const carried = request.asks.find(({ id }) => id === track.id)?.carried ?? null;
  const own = ownParts(answer, carried, track, claimsFor(track.id, request));
  return chooseByAgreement(withoutOthers(own, carried, track, tracks), carried);
}

/** The candidate that the model and the carried mask together speak for. */
export function chooseByAgreement(candidates: readonly Candidate[], carried: MaskGrid | null): Candidate | null {
  let best: Candidate | null = null;
  let bestWorth = -Infinity;
  for (const candidate of candidates) {
    const worth = candidate.score + (carried === null ? 0 : AGREEMENT * maskIou(candidate.mask, carried));
    if (worth > bestWorth) [best, bestWorth] = [candidate, worth];
  }
  return best;
}
