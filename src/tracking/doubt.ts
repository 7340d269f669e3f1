import type { Point } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { unlikeness, type Unlikeness } from './appearance.js';
import { chosenOf, ownCandidates } from './choice.js';
import { grownPart, isBetterLess } from './growth.js';
import { insideArea, maskIou, maskShape } from './mask-geometry.js';
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
 * Score below which an object that still looks like itself has turned away from the looks that the model is told of; what an answer without them needs: score,
 * IoU with where the mask before was carried to, at most so many times the usual area, and how far it may fall short.
 */
const TURNED = 0.5;
const TURNED_SCORE = 0.6;
const TURNED_IOU = 0.6;
const TURNED_LARGER = 1.6;
const TURNED_WITHIN = 0.1;

/**
 * What to ask anew about a followed object whose answer is doubtful, on the same embedding; null when there is no doubt, or nothing to ask.
 * - What is hardly the object: fast motion leaves box and mask behind, and the model that is told of them looks in the wrong place. The place in the view
 *   that looks most like the object is tapped.
 * - What looks as it did a moment ago where it was carried to, though the model doubts it: it has turned, and the looks of the tapped frame speak against it. The
 *   same is asked without them.
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
  switch (doubt?.kind) {
    case undefined:
      return null;
    case 'elsewhere':
      return planSearch(track, appearance, tracks, bystandersOn(request, track));
    case 'turned':
      return { ...ask.prompt, target: null, distractor: null };
    case 'grown':
      return { ...ask.prompt, points: [...ask.prompt.points, { ...doubt.place, inside: false }] };
  }
}

/** Why an answer is doubted: it is hardly the object; or only speaks against how it looks since it has turned; or holds something else in a place. */
type Doubt = { readonly kind: 'elsewhere' | 'turned' } | { readonly kind: 'grown'; readonly place: Point };

/** @param chosen what the answer says of the object alone */
function doubtOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  chosen: Candidate | null,
  appearance: FeatureMap,
): Doubt | null {
  const isGood = ({ mask, score }: Candidate): boolean =>
    worth(score, unlikeness(track.appearance, mask, appearance)) >= DOUBT;
  const carried = askOf(request, track.id)?.carried ?? null;
  const isDoubted = (chosen === null ? answer : [chosen]).every(({ score }) => score < TURNED);
  if (isDoubted && carried !== null && looksLikeItself(track, carried, appearance)) return { kind: 'turned' };
  if (chosen === null || !answer.some(isGood)) return { kind: 'elsewhere' };
  const place = grownPart(track, carried, chosen.mask, request.frame);
  return place === null ? null : { kind: 'grown', place };
}

/**
 * What takes the place of a doubtful answer, if what was asked anew is better; null when it is not, or nothing was.
 * @param chosen what the first answer says of the object alone
 * @param anew the answer to {@link planAnew}
 * @returns it, and why the answer was doubted
 */
export function insteadOf(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  chosen: Candidate | null,
  anew: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[],
): { readonly candidate: Candidate; readonly doubt: Doubt['kind'] } | null {
  if (anew.length === 0 || appearance === null) return null;
  const kind = doubtOf(track, request, answer, chosen, appearance)?.kind;
  if (kind === undefined) return null;
  const candidate =
    kind === 'elsewhere'
      ? betterAnew(track, request, chosen, anew, appearance, tracks)
      : goingOn(track, request, kind, chosen, anew, appearance, tracks);
  return candidate === null ? null : { candidate, doubt: kind };
}

/** The answer to a changed prompt, if it goes on with the object from where it was carried to; null when it does not. */
function goingOn(
  track: Track,
  request: KeyframeRequest,
  kind: 'turned' | 'grown',
  chosen: Candidate | null,
  anew: readonly Candidate[],
  appearance: FeatureMap,
  tracks: readonly Track[],
): Candidate | null {
  const carried = askOf(request, track.id)?.carried ?? null;
  const candidate = chosenOf(track, request, anew, tracks);
  if (candidate === null || carried === null) return null;
  const isIt =
    kind === 'turned'
      ? isTurned(track, carried, candidate, appearance)
      : chosen !== null && isBetterLess(candidate, chosen, carried);
  return isIt ? candidate : null;
}

/** Whether an answer that was not told how the object looked goes on with it: it lies where the object was carried to, is about as large, and looks like it. */
const isTurned = (track: Track, carried: MaskGrid, { mask, score }: Candidate, appearance: FeatureMap): boolean =>
  score >= TURNED_SCORE &&
  maskIou(mask, carried) >= TURNED_IOU &&
  insideArea(mask) <= TURNED_LARGER * track.usualArea &&
  looksLikeItself(track, mask, appearance);

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

/** As like what is known of the object, from the tapped frame or since, as it is a moment later. */
const looksLikeItself = (track: Track, mask: MaskGrid, appearance: FeatureMap): boolean => {
  const { short, colours } = unlikeness(track.appearance, mask, appearance);
  return short <= TURNED_WITHIN && colours <= COLOURS;
};

const worth = (score: number, { short }: Unlikeness): number => score - LOOKS * short;
