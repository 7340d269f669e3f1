import type { Point } from '../shared/geometry.js';
import type { Candidate } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { unlikeness, type Unlikeness } from './appearance.js';
import { chosenOf, ownCandidates } from './choice.js';
import { grownPart, isBetterLess } from './growth.js';
import { maskShape } from './mask-geometry.js';
import { canHaveCome, GROWS, planSearch } from './search.js';
import { askOf, bystandersOn, type KeyframeRequest, type Track } from './track.js';

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
 * What to ask anew about a followed object whose answer is doubtful, on the same embedding; null when there is no doubt, or nothing to ask.
 * - What is hardly the object: fast motion leaves box and mask behind, and the model that is told of them looks in the wrong place. The place in the view
 *   that looks most like the object is tapped.
 * - What has grown at once: something else is in it. The same is asked with a tap outside, on what is new.
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
  const ask = askOf(request, track.id);
  if (ask === undefined) return null;
  const doubt = doubtOf(track, request, answer, chosenOf(track, request, answer, tracks), appearance);
  if (doubt === null) return null;
  if (doubt === 'elsewhere') return planSearch(track, appearance, tracks, bystandersOn(request, track));
  return { ...ask.prompt, points: [...ask.prompt.points, { ...doubt.grown, inside: false }] };
}

/** Whether an answer is hardly the object, or holds something else in the place `grown`; null = neither. */
type Doubt = 'elsewhere' | { readonly grown: Point } | null;

/** @param chosen what the answer says of the object alone */
function doubtOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  chosen: Candidate | null,
  appearance: FeatureMap,
): Doubt {
  const isGood = ({ mask, score }: Candidate): boolean =>
    worth(score, unlikeness(track.appearance, mask, appearance)) >= DOUBT;
  if (chosen === null || !answer.some(isGood)) return 'elsewhere';
  const grown = grownPart(track, askOf(request, track.id)?.carried ?? null, chosen.mask, request.frame);
  return grown === null ? null : { grown };
}

/**
 * What takes the place of a doubtful answer, if what was asked anew is better; null when it is not, or nothing was.
 * @param chosen what the first answer says of the object alone
 * @param anew the answer to {@link planAnew}
 * @returns `elsewhere` = it does not go on from where the object was carried to
 */
export function insteadOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  chosen: Candidate | null,
  anew: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[],
): { readonly candidate: Candidate; readonly elsewhere: boolean } | null {
  if (anew.length === 0 || appearance === null) return null;
  const doubt = doubtOf(track, request, answer, chosen, appearance);
  if (doubt === 'elsewhere') {
    const candidate = betterAnew(track, request, chosen, anew, appearance, tracks);
    return candidate === null ? null : { candidate, elsewhere: true };
  }
  const carried = askOf(request, track.id)?.carried ?? null;
  const less = doubt === null ? null : chosenOf(track, request, anew, tracks);
  if (less === null || chosen === null || carried === null || !isBetterLess(less, chosen, carried)) return null;
  return { candidate: less, elsewhere: false };
}

/** The answer to a tap elsewhere that is clearly better than the one `chosen`, and can be the object; null when there is none. */
function betterAnew(
  track: Track,
  request: KeyframeRequest,
  chosen: Candidate | null,
  anew: readonly Candidate[],
  appearance: FeatureMap,
  tracks: readonly Track[],
): Candidate | null {
  const { timestampUs, frame } = request;
  const carried = askOf(request, track.id)?.carried ?? null;
  const now = chosen === null ? 0 : worth(chosen.score, unlikeness(track.appearance, chosen.mask, appearance));
  let best: Candidate | null = null;
  let most = BETTER + Math.max(LEAST, now);
  const seenUs = track.mask?.timestampUs ?? timestampUs;
  const largest = LARGER * Math.exp((GROWS * (timestampUs - seenUs)) / 1e6);
  const box = carried === null ? track.box : (maskShape(carried)?.box ?? track.box);
  for (const candidate of ownCandidates(track, request, anew, tracks)) {
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
