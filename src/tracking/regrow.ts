import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { evidenceMap } from './appearance.js';
import { insideArea, maskShape, resampleMask, withoutStrays } from './mask-geometry.js';
import { withoutOthers } from './exclusion.js';
import type { KeyframeRequest, Track } from './track.js';

/** Share of its usual area below which an object may have lost a part of itself to an occluder or a bad answer. */
const SHRUNK = 0.8;
/** How often such an object is asked about afresh. */
const EVERY_US = 100_000;
const SURE = 0.5;
/** A fresh answer must hold so much of what is followed, and no more than this many times the usual area. */
const HOLDS = 0.6;
const LARGEST = 2;
/** How much more of what looks like the object it must hold. */
const MORE = 1.25;
/** Evidence of one place counts at most this much. */
const MOST_EVIDENCE = 2;

/** Whether to ask about an object also without its mask and box, which hold it small once it has lost a part. */
export function wantsFreshLook({ usualArea, state, freshUs }: Track, area: number, nowUs: number): boolean {
  return state !== 'lost' && area < SHRUNK * usualArea && nowUs - freshUs >= EVERY_US;
}

/** Takes in a fresh answer: the candidate that holds what is followed and clearly more of what looks like the object, if there is one. */
export function regrown(
  track: Track,
  { timestampUs }: KeyframeRequest,
  fresh: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[],
): Track {
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
  let best: Candidate | null = null;
  let most = MORE * Math.max(0, held(followed));
  for (const candidate of withoutOthers(fresh, followed, track, tracks)) {
    const fits = insideArea(candidate.mask) <= LARGEST * track.usualArea && overlap(followed, candidate.mask) >= HOLDS;
    if (!fits || candidate.score < SURE) continue;
    const evidenceHeld = held(candidate.mask);
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
