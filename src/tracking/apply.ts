import { boxCentre } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { ObjectState } from '../shared/pipeline-api.js';
import type { FeatureMap } from '../shared/segmentation.js';
import {
  closerOrWider,
  fallsShort,
  learnAppearance,
  likeness,
  modelsOf,
  offColour,
  type AppearanceMemory,
  type Likeness,
} from './appearance.js';
import { insideArea, maskIou, maskShape, withoutStrays } from './mask-geometry.js';
import { bystandersOf } from './bystanders.js';
import { chooseByAgreement, chosenOf } from './choice.js';
import { insteadOf } from './doubt.js';
import { belongsToOther, besideOthers, isCrowded, seenApart, withoutOthers } from './exclusion.js';
import { isCutOff, withoutLeak } from './growth.js';
import { missingPart, regrown } from './regrow.js';
import { applyTrial, GROWS } from './search.js';
import { smoothMask } from './smoothing.js';
import { nextTapLook, tapReadings } from './tap.js';
import { askOf, bystandersOn, claimsFor, NOT_SEARCHED, type KeyframeRequest, type Track } from './track.js';

/** Predicted IoU from which an answer is trusted, and below which it is no answer. */
const SURE = 0.5;
const GONE = 0.1;
/** Weak keyframes in a row before an object is called unsure / lost. */
const WEAK_UNSURE = 2;
const WEAK_LOST = 6;
/** An object that has not looked like itself for so long is lost as well: it may be in full sight elsewhere. */
const UNLIKE_LONGEST_US = 1_000_000;
const SMOOTHING = 0.4;
/**
 * How fast the usual area follows the present one, a keyframe, and the most by which it grows and shrinks with the carried mask, a second (as exponents): the
 * object comes nearer or goes away, but a mask that is carried behind something shrinks as well. What has others close by may be hidden by them, or hold
 * some of them: it is taken to keep its size, nearly.
 */
const RESIZES = { slowness: 0.05, grows: GROWS, shrinks: 0.7 };
const RESIZES_CROWDED = { slowness: 0.01, grows: 0.2, shrinks: 0.2 };
/** `found` is shown this long. */
const FOUND_US = 1_000_000;
/** Models learned since the tap, and how often one is learned. */
const GALLERY = 2;
const LEARN_EVERY_US = 500_000;
const REMEMBER = 0.75;
/** How far a mask may fall short of the object's usual likeness to be sure of it and learn from it, and to be the object at all. */
const SURE_WITHIN = 0.13;
const AT_ALL_WITHIN = 0.24;
/** The same for its colours, and for how many times its usual area it covers: what hides an object is taken for it little by little. */
const SURE_COLOURS = 0.05;
const AT_ALL_COLOURS = 0.1;
const SURE_AREA = 3;
const AT_ALL_AREA = 4;
/** {@link SURE_AREA} after a doubt: what hides an object is answered for it with doubts first. */
const SURE_AGAIN_AREA = 2;
/** {@link AT_ALL_WITHIN} for a mask that goes on where the one before was carried to (IoU of at least so much). */
const STEADY = 0.6;
const STEADY_WITHIN = 0.4;
/** How many times closer or wider than all views that an object is known from a view must be to be new. */
const SEEN_ANEW = 1.6;
/** How many times larger or smaller than usual an object is that is neither half hidden nor mixed up with what is beside it. */
const WHOLE = 1.6;
/** As many masks as keyframes can lie between the frame shown and the newest. */
const EARLIER = 3;

/**
 * Takes in the answer to one ask of a request; one that is older than the track's mask is dropped.
 * @param candidates what the model gave for this track's ask; empty when the look could not be made
 * @param tracks all that are followed: none of the others is taken for this one
 * @param fresh what the model gave for the ask's fresh prompt
 * @param anew what it gave for `planAnew`
 */
export function applyKeyframe(
  track: Track,
  request: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[] = [],
  fresh: readonly Candidate[] = [],
  anew: readonly Candidate[] = [],
): Track {
  const followed = answered(track, request, candidates, appearance, tracks, anew);
  const next = fresh.length === 0 ? followed : regrown(followed, request, fresh, appearance, tracks);
  if (next.mask === track.mask) return next;
  const isFollowed = request.purpose === 'track' && appearance !== null;
  const bystanders = isFollowed ? bystandersIn(next, request, appearance) : null;
  const known = { ...next, bystanders, hasDouble: next.hasDouble || bystanders !== null };
  const missing = isFollowed ? missingPart(known, appearance, tracks) : null;
  const goesOn = request.purpose === 'track' && track.mask !== null && track.state !== 'lost';
  return { ...known, missing, earlier: goesOn ? [track.mask, ...track.earlier].slice(0, EARLIER) : [] };
}

/** What looks like the object on a request's frame and is not it. */
function bystandersIn(track: Track, request: KeyframeRequest, appearance: FeatureMap): MaskGrid | null {
  const carried = askOf(request, track.id)?.carried ?? null;
  const others = (request.claims ?? []).filter(({ id }) => id !== track.id);
  return bystandersOf(track, appearance, carried, bystandersOn(request, track), others);
}

function answered(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  appearance: FeatureMap | null,
  tracks: readonly Track[],
  anew: readonly Candidate[],
): Track {
  const ask = askOf(request, track.id);
  if (ask === undefined) return track;
  if (request.purpose === 'tap') return applyTap(track, request, answer, appearance);
  if (track.tap !== null) return track;
  if (track.mask !== null && track.mask.timestampUs >= request.timestampUs) return learnGiven(track, appearance);
  if (track.state === 'lost') {
    const { trial } = track.search;
    if (trial === null || trial.mask.timestampUs >= request.timestampUs) return track;
    const { claims = [] } = request;
    const own = answer.map((candidate) => ({ ...candidate, mask: besideOthers(candidate.mask, track, claims) }));
    const chosen = chooseByAgreement(withoutOthers(own, null, track, tracks), ask.carried);
    return applyTrial(track, trial, request, chosen, appearance);
  }
  const usualChoice = chosenOf(track, request, answer, tracks);
  const instead = insteadOf(track, request, answer, usualChoice, anew, appearance, tracks);
  const chosen = instead?.candidate ?? usualChoice;
  if (chosen === null) return weaken(track, null, request.timestampUs);
  // What lies elsewhere does not go on from where it was carried to.
  const carried = instead?.doubt === 'elsewhere' ? null : ask.carried;
  const smoothed = smoothMask(chosen.mask, carried, SMOOTHING);
  // What has turned is compared with how it looked last.
  const { first, gallery } = track.appearance;
  const looked = (instead?.doubt === 'turned' ? gallery.at(-1) : null) ?? first;
  const people = track.kind === 'people';
  // Several people are one object, far apart or not.
  const mask = people ? smoothed : withoutStrays(withoutLeak(smoothed, carried, appearance, looked));
  const shape = maskShape(mask);
  if (!people && (shape === null || chosen.score < GONE))
    return weaken(track, ask.carried, request.timestampUs, chosen.score);
  const like = appearance === null ? null : likeness(appearance, mask, modelsOf(track.appearance));
  const { usual } = track.appearance;
  const short = usual === null || like === null ? 0 : fallsShort(like, usual);
  const colours = usual === null || like === null ? 0 : offColour(like, usual);
  const doubted = track.state === 'unsure';
  // Nobody knows how large an object is of which the frame shows a part, if it is the object.
  const sizeKnown = doubted || track.box === null || !isCutOff(track.box, request.frame);
  const crowded = ask.carried !== null && isCrowded(ask.carried, track, claimsFor(track, request));
  const resizes = crowded ? RESIZES_CROWDED : RESIZES;
  const scaledArea = scaledWith(track, ask.carried, shape?.area ?? Infinity, resizes);
  const usualArea = Math.max(scaledArea, sizeKnown ? 0 : (shape?.area ?? 0));
  const times = shape === null || usualArea === 0 ? 1 : shape.area / usualArea;
  if (appearance !== null && belongsToOther(mask, appearance, track, tracks))
    return weaken(track, ask.carried, request.timestampUs);
  const steady = carried !== null && chosen.score >= SURE && maskIou(mask, carried) >= STEADY;
  const isOther = short > (steady ? STEADY_WITHIN : AT_ALL_WITHIN) || colours > AT_ALL_COLOURS || times > AT_ALL_AREA;
  if (!people && isOther) return weaken(track, ask.carried, request.timestampUs);
  // From much closer or farther off an object does not look like itself: what goes on steadily is it, and is learned anew.
  const goesOnWhole = steady && !doubted && Math.max(times, 1 / times) <= WHOLE;
  const seenAnew =
    goesOnWhole && appearance !== null && closerOrWider(appearance, modelsOf(track.appearance)) > SEEN_ANEW;
  const looksLikeIt =
    (seenAnew || short <= SURE_WITHIN) && colours <= SURE_COLOURS && times <= (doubted ? SURE_AGAIN_AREA : SURE_AREA);
  const sure = people || (chosen.score >= SURE && looksLikeIt);
  const unlikeSinceUs = looksLikeIt ? null : (track.unlikeSinceUs ?? request.timestampUs);
  if (!people && unlikeSinceUs !== null && request.timestampUs - unlikeSinceUs >= UNLIKE_LONGEST_US)
    return lose(track, request.timestampUs);
  const next = sure ? settle(track, request.timestampUs) : weaken(track, null, request.timestampUs, chosen.score);
  return {
    ...next,
    mask,
    score: chosen.score,
    box: shape?.box ?? null,
    apartFrom: sure ? seenApart(mask, track, request.claims ?? []) : track.apartFrom,
    usualArea: sure && shape !== null ? slowly(usualArea, shape.area, resizes) : scaledArea,
    unlikeSinceUs,
    appearance:
      chosen.score >= REMEMBER && looksLikeIt && appearance !== null
        ? remember(track.appearance, appearance, mask, seenAnew ? null : like)
        : track.appearance,
  };
}

function applyTap(
  track: Track,
  request: KeyframeRequest,
  answer: readonly Candidate[],
  appearance: FeatureMap | null,
): Track {
  const { tap } = track;
  if (tap === null || tap.timestampUs !== request.timestampUs) return track;
  const { frame, input } = request;
  const looked = { ...tap, answers: [...tap.answers, answer] };
  const candidates = tapReadings(track, looked, frame);
  const best = candidates[0];
  const next = nextTapLook({ ...track, tap: looked }, frame, Math.max(input.width, input.height));
  const pending = next === null ? null : looked;
  if (best === undefined) return { ...track, tap: pending };
  const learned = appearance === null ? null : learnAppearance(appearance, best.mask);
  return {
    ...track,
    tap: pending,
    state: 'tracking',
    weak: 0,
    apartFrom: [],
    hasDouble: false,
    sinceUs: request.timestampUs,
    mask: best.mask,
    score: best.score,
    box: maskShape(best.mask)?.box ?? null,
    usualArea: insideArea(best.mask),
    unlikeSinceUs: null,
    search: NOT_SEARCHED,
    candidates,
    chosenCandidate: 0,
    appearance: { first: learned, gallery: [], usual: null },
  };
}

/** The first look at an object that began as a mask, on the mask's own frame, shows how it looks. */
function learnGiven(track: Track, map: FeatureMap | null): Track {
  if (map === null || track.mask?.timestampUs !== map.timestampUs || modelsOf(track.appearance).length > 0)
    return track;
  return { ...track, appearance: { first: learnAppearance(map, track.mask), gallery: [], usual: null } };
}

/**
 * The usual area, grown or shrunk as the mask was when it was carried on. It has grown no more than the answer has: what moves past an object drags some of
 * its mask along.
 * @param area what the answer covers
 */
function scaledWith(
  { mask, usualArea }: Track,
  carried: MaskGrid | null,
  area: number,
  { grows, shrinks }: typeof RESIZES,
): number {
  if (mask === null || carried === null) return usualArea;
  const seconds = (carried.timestampUs - mask.timestampUs) / 1e6;
  const before = insideArea(mask);
  const growth = Math.log(Math.min(insideArea(carried), Math.max(before, area)) / before) || 0;
  return usualArea * Math.exp(Math.min(grows * seconds, Math.max(-shrinks * seconds, growth)));
}

/** A slow geometric mean. */
const slowly = (usual: number, area: number, { slowness }: typeof RESIZES): number =>
  usual > 0 ? usual * (area / usual) ** slowness : area;

function settle(track: Track, nowUs: number): Track {
  const found = track.state === 'found' && nowUs - track.sinceUs < FOUND_US;
  const state: ObjectState = found ? 'found' : 'tracking';
  return { ...track, weak: 0, state, sinceUs: state === track.state ? track.sinceUs : nowUs };
}

/** One more weak answer. @param mask what stands in for the answer's mask, null = it is set by the caller or stays */
function weaken(track: Track, mask: MaskGrid | null, nowUs: number, score = 0): Track {
  const weak = track.weak + (score < GONE ? 2 : 1);
  const box = mask === null ? track.box : (maskShape(mask)?.box ?? track.box);
  const next = { ...track, weak, score, mask: mask ?? track.mask, box, search: NOT_SEARCHED };
  if (weak >= WEAK_LOST && score < GONE) return lose(next, nowUs);
  const state: ObjectState = weak >= WEAK_UNSURE ? 'unsure' : track.state;
  return { ...next, state, sinceUs: state === track.state ? track.sinceUs : nowUs };
}

/** Gives an object up. It is looked for first where it was last seen. */
const lose = (track: Track, nowUs: number): Track => ({
  ...track,
  state: 'lost',
  sinceUs: nowUs,
  unlikeSinceUs: null,
  bystanders: null,
  search: track.box === null ? NOT_SEARCHED : { ...NOT_SEARCHED, places: [boxCentre(track.box)] },
});

/** Learns what the object looks like by now, once in a while. */
function remember(known: AppearanceMemory, map: FeatureMap, mask: MaskGrid, like: Likeness | null): AppearanceMemory {
  const memory = { ...known, usual: slowMean(known.usual, like) };
  const newest = modelsOf(memory).at(-1);
  if (newest !== undefined && map.timestampUs - newest.timestampUs < LEARN_EVERY_US) return memory;
  const model = learnAppearance(map, mask);
  if (model === null) return memory;
  if (memory.first === null) return { ...memory, first: model };
  return { ...memory, gallery: [...memory.gallery, model].slice(-GALLERY) };
}

function slowMean(usual: Likeness | null, now: Likeness | null): Likeness | null {
  if (usual === null || now === null) return usual ?? now;
  const mix = (a: number, b: number): number => a + 0.1 * (b - a);
  return { features: mix(usual.features, now.features), colours: mix(usual.colours, now.colours) };
}
