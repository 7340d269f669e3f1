import type { Candidate, MaskGrid } from '../shared/mask.js';
import { ownParts, withoutOthers } from './exclusion.js';
import { maskIou } from './mask-geometry.js';
import { askOf, claimsFor, type KeyframeRequest, type Track } from './track.js';

/** How much the carried mask's agreement counts in choosing a candidate, next to the model's own score. */
const AGREEMENT = 0.5;

/**
 * What an answer says of a followed object alone: the candidates less what others cover, without those that are others.
 * @param before the object's mask on the candidates' frame, as far as others go
 */
export function ownCandidates(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  tracks: readonly Track[],
  before: MaskGrid | null = askOf(request, track.id)?.carried ?? null,
): readonly Candidate[] {
  const carried = askOf(request, track.id)?.carried ?? null;
  return withoutOthers(ownParts(answer, carried, track, claimsFor(track, request)), before, track, tracks);
}

/** The one of its own candidates that the model and the carried mask together speak for; null when there is none. */
export function chosenOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  tracks: readonly Track[],
): Candidate | null {
  const carried = askOf(request, track.id)?.carried ?? null;
  return chooseByAgreement(ownCandidates(track, request, answer, tracks), carried);
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
