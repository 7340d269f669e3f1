import { boxCentre, type Point } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { PromptPoint } from '../shared/prompt.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { evidenceMap } from './appearance.js';
import { insideArea, maskShape, resampleMask, withoutStrays, type MaskShape } from './mask-geometry.js';
import { ownCandidates } from './choice.js';
import { isOtherAt } from './exclusion.js';
import type { KeyframeRequest, Track } from './track.js';

/** Share of its usual area below which an object may have lost a part of itself to an occluder or a bad answer, whether or not that part is seen. */
const SHRUNK = 0.8;
/** How often such an object is asked about afresh. */
const EVERY_US = 100_000;
/** Logit below which a place is clearly not in the mask, evidence from which it looks like the object, and how many such places make a part, as a share of the mask's. */
const OUTSIDE = -1;
const ALIKE = 0.7;
const PART = 0.1;
const SURE = 0.5;
/** A fresh answer must hold so much of what is followed, and no more than this many times the usual area. */
const HOLDS = 0.6;
const LARGEST = 1.3;
/**
 * What has lost a part little by little has a usual area that is too small: the answer may be larger when, cell by cell, what it adds is so much as like the
 * object as what is followed. Not where something else like it has been seen.
 */
const LARGEST_ALIKE = 1.6;
const AS_ALIKE = 0.5;
/** How much more of what looks like the object it must hold. */
const MORE = 1.12;
/** Evidence of one place counts at most this much. */
const MOST_EVIDENCE = 2;

/** Whether to ask about an object also without its mask and box, which hold it small once it has lost a part. */
export function wantsFreshLook({ usualArea, state, freshUs, missing }: Track, area: number, nowUs: number): boolean {
  const lostSome = missing !== null || area < SHRUNK * usualArea;
  return state !== 'lost' && lostSome && nowUs - freshUs >= EVERY_US;
}

/** Where a fresh look taps: deep in what is followed, and on the part that is missing, moved as the object has since. */
export function freshTaps({ missing, box }: Track, { deepest, box: carriedTo }: MaskShape): PromptPoint[] {
  const taps = [{ ...deepest, inside: true }];
  if (missing === null || box === null) return taps;
  const [from, to] = [boxCentre(box), boxCentre(carriedTo)];
  return [...taps, { x: missing.x + to.x - from.x, y: missing.y + to.y - from.y, inside: true }];
}

/**
 * The middle of the largest part beside an object's mask that looks like the object, while it covers less than it usually does (after a pole, say, a model
 * that is told of the one half goes on with that half); null when there is none, or where it is a bystander or another of `tracks`. Frame pixels.
 */
export function missingPart(track: Track, map: FeatureMap, tracks: readonly Track[] = []): Point | null {
  const {
    mask,
    usualArea,
    state,
    bystanders,
    appearance: { first },
  } = track;
  if (mask?.timestampUs !== map.timestampUs || state === 'lost' || first === null) return null;
  if (insideArea(mask) >= usualArea) return null;
  const inside = resampleMask(mask, map).data;
  const taken = bystanders === null ? null : resampleMask(bystanders, map).data;
  const isFree = (i: number): boolean => inside[i]! < OUTSIDE && (taken === null || taken[i]! <= 0);
  const alike = evidenceMap(map, [first]).map((value, i) => (isFree(i) ? value - ALIKE : -1));
  const part = maskShape({ ...map, data: alike });
  if (part === null || part.area < PART * insideArea(mask)) return null;
  return isOtherAt(part.deepest, map.timestampUs, track, tracks) ? null : part.deepest;
}

/** Takes in a fresh answer: the candidate that holds what is followed and clearly more of what looks like the object, if there is one. */
export function regrown(
  track: Track,
  request: KeyframeRequest,
  fresh: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[],
): Track {
  const { timestampUs } = request;
  const { first } = track.appearance;
  const { mask: followed } = track;
  if (followed?.timestampUs !== timestampUs || track.state === 'lost' || appearance === null || first === null)
    return track;
  const evidence = evidenceMap(appearance, [first]).map((value) =>
    Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, value)),
  );
  const held = (mask: MaskGrid): number => {
    const { data } = resampleMask(mask, appearance);
    return data.reduce((sum, logit, i) => sum + (logit > 0 ? evidence[i]! : 0), 0);
  };
  const [area, heldNow] = [insideArea(followed), held(followed)];
  let best: Candidate | null = null;
  let most = MORE * Math.max(0, heldNow);
  for (const candidate of ownCandidates(track, request, fresh, tracks, followed)) {
    if (candidate.score < SURE || overlap(followed, candidate.mask) < HOLDS) continue;
    const [itsArea, evidenceHeld] = [insideArea(candidate.mask), held(candidate.mask)];
    const isAlike =
      !track.hasDouble && heldNow > 0 && (evidenceHeld - heldNow) * area >= AS_ALIKE * heldNow * (itsArea - area);
    if (itsArea > (isAlike ? LARGEST_ALIKE : LARGEST) * track.usualArea) continue;
    if (evidenceHeld > most) [best, most] = [candidate, evidenceHeld];
  }
  if (best === null) return track;
  const mask = withoutStrays({ ...best.mask, timestampUs });
  return { ...track, mask, score: best.score, box: maskShape(mask)?.box ?? null, weak: 0 };
}

/** Share of `part` that lies in `whole`. */
function overlap(part: MaskGrid, whole: MaskGrid): number {
  const other = resampleMask(whole, part).data;
  let [both, inside] = [0, 0];
  part.data.forEach((logit, i) => {
    if (logit <= 0) return;
    inside++;
    if (other[i]! > 0) both++;
  });
  return inside === 0 ? 0 : both / inside;
}
