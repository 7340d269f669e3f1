import type { Candidate } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { unlikeness, type Unlikeness } from './appearance.js';
import { withoutOthers } from './exclusion.js';
import { maskShape } from './mask-geometry.js';
import { canHaveCome, GROWS, planSearch } from './search.js';
import type { Ask, KeyframeRequest, Track } from './track.js';

/** Worth of an answer below which it is doubted, and by how much another must be better. */
const DOUBT = 0.35;
const BETTER = 0.05;
/** What is worth less is no answer. */
const LEAST = 0.1;
/** How much falling short of the object's usual likeness counts, next to the model's own score. */
const LOOKS = 2;
/** How far another answer may fall short, how far its colours may be off, and how many times larger (the more the older the mask is, a second, as an exponent) or smaller it may be. */
const WITHIN = 0.24;
const COLOURS = 0.05;
const LARGER = 1.5;
const SMALLER = 8;

/**
 * What to ask anew about a followed object whose answer is doubtful: fast motion leaves box and mask behind, and the model that is told of them looks in the wrong
 * place. The place in the view that looks most like the object is tapped, on the same embedding. Null when there is no doubt, or no such place.
 * @param answer what the model gave for the track's ask
 */
export function planAnew(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[] = [],
): ObjectPrompt | null {
  const isFollowed = request.purpose === 'track' && track.kind === 'prompted' && track.state !== 'lost';
  if (!isFollowed || track.tap !== null || appearance === null) return null;
  if (track.mask === null || track.mask.timestampUs >= request.timestampUs) return null;
  const isGood = ({ mask, score }: Candidate): boolean =>
    worth(score, unlikeness(track.appearance, mask, appearance)) >= DOUBT;
  return answer.some(isGood) ? null : planSearch(track, appearance, tracks);
}

/** The answer asked for {@link planAnew} that is clearly better than the one `chosen`, and can be the object; null when there is none. */
export function betterAnew(
  track: Track,
  { timestampUs, frame }: KeyframeRequest,
  { carried }: Ask,
  chosen: Candidate | null,
  anew: readonly Candidate[],
  appearance: FeatureMap,
  tracks: readonly Track[],
): Candidate | null {
  if (anew.length === 0) return null;
  const now = chosen === null ? 0 : worth(chosen.score, unlikeness(track.appearance, chosen.mask, appearance));
  let best: Candidate | null = null;
  let most = BETTER + Math.max(LEAST, now);
  const seenUs = track.mask?.timestampUs ?? timestampUs;
  const largest = LARGER * Math.exp((GROWS * (timestampUs - seenUs)) / 1e6);
  const box = carried === null ? track.box : (maskShape(carried)?.box ?? track.box);
  for (const candidate of withoutOthers(anew, carried, track, tracks)) {
    const unlike = unlikeness(track.appearance, candidate.mask, appearance);
    const shape = maskShape(candidate.mask);
    if (shape === null || unlike.short > WITHIN || unlike.colours > COLOURS) continue;
    const times = track.usualArea > 0 ? shape.area / track.usualArea : 1;
    if (times > largest || times < 1 / SMALLER || !canHaveCome(box, seenUs, shape, frame, timestampUs)) continue;
    const its = worth(candidate.score, unlike);
    if (its > most) [best, most] = [candidate, its];
  }
  return best;
}

const worth = (score: number, { short }: Unlikeness): number => score - LOOKS * short;
