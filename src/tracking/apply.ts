import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { ObjectState } from '../shared/pipeline-api.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { learnAppearance } from './appearance.js';
import { insideArea, maskIou, maskShape, withoutStrays } from './mask-geometry.js';
import { applyTrial } from './search.js';
import { smoothMask } from './smoothing.js';
import { mergeTapAnswers, nextTapLook } from './tap.js';
import { modelsOf, NOT_SEARCHED, type AppearanceMemory, type Ask, type KeyframeRequest, type Track } from './track.js';

/** Predicted IoU from which an answer is trusted, and below which it is no answer. */
const SURE = 0.5;
const GONE = 0.2;
/** Weak keyframes in a row before an object is called unsure / lost. */
const WEAK_UNSURE = 2;
const WEAK_LOST = 6;
/** How much the carried mask's agreement counts in choosing a candidate, next to the model's own score. */
const AGREEMENT = 0.5;
const SMOOTHING = 0.4;
/** `found` is shown this long. */
const FOUND_US = 1_000_000;
/** Models learned since the tap, and how often one is learned. */
const GALLERY = 2;
const LEARN_EVERY_US = 500_000;
const REMEMBER = 0.75;
/** As many masks as keyframes can lie between the frame shown and the newest. */
const EARLIER = 3;

/**
 * Takes in the answer to one ask of a request; one that is older than the track's mask is dropped.
 * @param candidates what the model gave for this track's ask; empty when the look could not be made
 */
export function applyKeyframe(
  track: Track,
  request: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap | null,
): Track {
  const next = answered(track, request, candidates, appearance);
  if (next.mask === track.mask) return next;
  const goesOn = request.purpose === 'track' && track.mask !== null && track.state !== 'lost';
  return { ...next, earlier: goesOn ? [track.mask, ...track.earlier].slice(0, EARLIER) : [] };
}

function answered(
  track: Track,
  request: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap | null,
): Track {
  const ask = request.asks.find(({ id }) => id === track.id);
  if (ask === undefined) return track;
  if (request.purpose === 'tap') return applyTap(track, request, candidates, appearance);
  if (track.tap !== null) return track;
  if (track.mask !== null && track.mask.timestampUs >= request.timestampUs) return learnGiven(track, appearance);
  const chosen = chooseByAgreement(candidates, ask);
  if (track.state === 'lost') {
    const { trial } = track.search;
    if (trial === null || trial.mask.timestampUs >= request.timestampUs) return track;
    return applyTrial(track, trial, request, chosen, appearance);
  }
  if (chosen === null) return weaken(track, null, request.timestampUs);
  const smoothed = smoothMask(chosen.mask, ask.carried, SMOOTHING);
  const people = track.kind === 'people';
  // Several people are one object, far apart or not.
  const mask = people ? smoothed : withoutStrays(smoothed);
  const shape = maskShape(mask);
  if (!people && (shape === null || chosen.score < GONE))
    return weaken(track, ask.carried, request.timestampUs, chosen.score);
  const sure = people || chosen.score >= SURE;
  const next = sure ? settle(track, request.timestampUs) : weaken(track, null, request.timestampUs, chosen.score);
  return {
    ...next,
    mask,
    score: chosen.score,
    box: shape?.box ?? null,
    usualArea: sure && shape !== null ? slowly(track.usualArea, shape.area) : track.usualArea,
    appearance:
      chosen.score >= REMEMBER && appearance !== null ? remember(track.appearance, appearance, mask) : track.appearance,
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
  const answers = [...tap.answers, answer];
  const candidates = mergeTapAnswers(answers);
  const best = candidates[0];
  const answered = { ...track, tap: { ...tap, answers } };
  const pending = nextTapLook(answered, request.frame) === null ? null : answered.tap;
  if (best === undefined) return { ...track, tap: pending };
  const learned = appearance === null ? null : learnAppearance(appearance, best.mask);
  return {
    ...track,
    tap: pending,
    state: 'tracking',
    weak: 0,
    sinceUs: request.timestampUs,
    mask: best.mask,
    score: best.score,
    box: maskShape(best.mask)?.box ?? null,
    usualArea: insideArea(best.mask),
    search: NOT_SEARCHED,
    candidates,
    chosenCandidate: 0,
    appearance: { first: learned, gallery: [] },
  };
}

/** The candidate that the model and the carried mask together speak for. */
function chooseByAgreement(candidates: readonly Candidate[], { carried }: Ask): Candidate | null {
  let best: Candidate | null = null;
  let bestWorth = -Infinity;
  for (const candidate of candidates) {
    const worth = candidate.score + (carried === null ? 0 : AGREEMENT * maskIou(candidate.mask, carried));
    if (worth > bestWorth) [best, bestWorth] = [candidate, worth];
  }
  return best;
}

/** The first look at an object that began as a mask, on the mask's own frame, shows how it looks. */
function learnGiven(track: Track, map: FeatureMap | null): Track {
  if (map === null || track.mask?.timestampUs !== map.timestampUs || modelsOf(track.appearance).length > 0)
    return track;
  return { ...track, appearance: { first: learnAppearance(map, track.mask), gallery: [] } };
}

/** A slow geometric mean. */
const slowly = (usual: number, area: number): number => (usual > 0 ? usual * (area / usual) ** 0.1 : area);

function settle(track: Track, nowUs: number): Track {
  const found = track.state === 'found' && nowUs - track.sinceUs < FOUND_US;
  const state: ObjectState = found ? 'found' : 'tracking';
  return { ...track, weak: 0, state, sinceUs: state === track.state ? track.sinceUs : nowUs };
}

/** One more weak answer. @param mask what stands in for the answer's mask, null = it is set by the caller or stays */
function weaken(track: Track, mask: MaskGrid | null, nowUs: number, score = 0): Track {
  const weak = track.weak + (score < GONE ? 2 : 1);
  const state: ObjectState = weak >= WEAK_LOST && score < GONE ? 'lost' : weak >= WEAK_UNSURE ? 'unsure' : track.state;
  return {
    ...track,
    weak,
    score,
    state,
    mask: mask ?? track.mask,
    box: mask === null ? track.box : (maskShape(mask)?.box ?? track.box),
    search: NOT_SEARCHED,
    sinceUs: state === track.state ? track.sinceUs : nowUs,
  };
}

/** Learns what the object looks like by now, once in a while. */
function remember(memory: AppearanceMemory, map: FeatureMap, mask: MaskGrid): AppearanceMemory {
  const newest = modelsOf(memory).at(-1);
  if (newest !== undefined && map.timestampUs - newest.timestampUs < LEARN_EVERY_US) return memory;
  const model = learnAppearance(map, mask);
  if (model === null) return memory;
  if (memory.first === null) return { ...memory, first: model };
  return { ...memory, gallery: [...memory.gallery, model].slice(-GALLERY) };
}
