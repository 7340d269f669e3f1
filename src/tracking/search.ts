import { boxCentre, boxContains, type Box, type Point, type Size } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { evidenceMap, modelsOf, unlikeness } from './appearance.js';
import { blurred } from './blur.js';
import { besideOthers, isOtherAt, isPartOfOther, withoutOthers } from './exclusion.js';
import { logitAt, maskShape, type MaskShape } from './mask-geometry.js';
import { NOT_SEARCHED, type KeyframeRequest, type Track, type Trial } from './track.js';
import { squareInput, viewOn, wholeView, type Look } from './viewport.js';

/** Predicted IoU that a trial must reach, this many times, to be the object again; and what it needs to go on being tried. */
const FIND_SCORE = 0.6;
const FIND_TIMES = 2;
/** An answer that falls short of the object's usual likeness by up to `SLOW_WITHIN` counts for a half, if the model is so sure of it and the size is about right. */
const SLOW_SCORE = 0.85;
const SLOW_WITHIN = 0.19;
const SLOW_AREA = 2;
const TRY_SCORE = 0.3;
/** Answers after which a trial that has not proved itself is given up, and one of which none has counted. */
const TRY_LONGEST = 5;
const TRY_FRUITLESS = 3;
/** How far a find may fall short of the object's usual likeness; a trial goes on within the second (and begins so on a look round), and begins on a close look within the third. */
const FIND_WITHIN = 0.1;
const TRY_WITHIN = 0.15;
const LOOK_WITHIN = 0.32;
/** How far its colours may be off. */
const FIND_COLOURS = 0.04;
/** A find may be this many times larger or smaller in area than the object was. */
const FIND_AREA = 3;
/** How fast a lost object may move, in widths of the frame per second. What is farther away was there before: another one like it. */
const FASTEST = 0.5;
/** The most by which an object's area grows as it comes nearer, a second, as an exponent. */
export const GROWS = 3.4;
/** How long a place is left alone where something else was seen, and where another one like it stands. */
const REFUSED_US = 400_000;
const OTHER_US = 4_000_000;

/** Places of a look at the whole frame that are then looked at closely. */
const PLACES = 3;
/** How much wider than the object usually is a close look is. */
const CLOSE = 2.6;

/** Where to look next for a lost object: the whole frame, then closely at the places there that look most like it. */
export function searchLook(track: Track, frame: Size, inputSize: number): Look {
  const [place] = track.search.places;
  if (place === undefined) return widestLook(frame, inputSize);
  return { viewport: viewOn(squareOn(place, track, frame, CLOSE), frame, 1), input: squareInput(inputSize) };
}

/** The whole frame with about as many pixels as a square look has. */
function widestLook(frame: Size, inputSize: number): Look {
  const aspect = Math.max(frame.width, frame.height) / Math.min(frame.width, frame.height);
  return wholeView(frame, squareInput(inputSize * Math.sqrt(aspect)).width);
}

/**
 * What to ask in this view about an object that is lost, or in doubt: the place that looks most like it; null when nothing does.
 * @param bystanders what is known to look like it and not to be it, on the frame of the view
 */
export function planSearch(
  track: Track,
  appearance: FeatureMap,
  tracks: readonly Track[] = [],
  bystanders: MaskGrid | null = null,
): ObjectPrompt | null {
  const { first } = track.appearance;
  if (first === null) return null;
  const [place] = likelyPlaces(track, appearance, 1, 0, tracks, bystanders);
  if (place === undefined) return null;
  return {
    points: [{ ...place, inside: true }],
    box: null,
    mask: null,
    target: first.target,
    distractor: first.distractor,
  };
}

/** The places in the view where the evidence is strongest, best first, refused ones and those on others that have been seen beside it left out; none where it speaks against. Frame pixels. */
function likelyPlaces(
  track: Track,
  appearance: FeatureMap,
  most: number,
  apart: number,
  tracks: readonly Track[],
  bystanders: MaskGrid | null = null,
): Point[] {
  const { width, height, viewport, timestampUs } = appearance;
  const refused = track.search.refused.filter(({ untilUs }) => untilUs > timestampUs);
  const others = tracks.filter(({ id }) => track.apartFrom.includes(id));
  const evidence = blurred(evidenceMap(appearance, modelsOf(track.appearance)), width, height, 1);
  const cells = [...evidence.keys()]
    .filter((i) => evidence[i]! > 0)
    .sort((a, b) => evidence[b]! - evidence[a]!)
    .map((i) => ({
      x: viewport.x + (((i % width) + 0.5) * viewport.width) / width,
      y: viewport.y + ((Math.floor(i / width) + 0.5) * viewport.height) / height,
    }));
  const places: Point[] = [];
  for (const cell of cells) {
    if (places.length === most) break;
    const taken =
      places.some(({ x, y }) => Math.hypot(x - cell.x, y - cell.y) < apart) ||
      isOtherAt(cell, timestampUs, track, others) ||
      (bystanders !== null && logitAt(bystanders, cell.x, cell.y) > 0);
    if (!taken && !refused.some(({ box }) => boxContains(box, cell))) places.push(cell);
  }
  return places;
}

/** Takes in a look for it: what was decoded where {@link planSearch} said is put on trial; after one at the whole frame also where to look closely. */
export function applySearch(
  track: Track,
  { timestampUs, frame, claims = [] }: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap,
  tracks: readonly Track[] = [],
): Track {
  if (track.tap !== null || (track.mask !== null && track.mask.timestampUs >= timestampUs)) return track;
  if (track.search.trial !== null && track.search.trial.mask.timestampUs >= timestampUs) return track;
  // What is searched for without having been lost before was cut away from: it may be anywhere.
  const lost =
    track.state === 'lost'
      ? track
      : { ...track, state: 'lost' as const, sinceUs: timestampUs, box: null, bystanders: null };
  const { search, box } = lost;
  const isClose = search.places.length > 0;
  const own = candidates.map((candidate) => ({ ...candidate, mask: besideOthers(candidate.mask, lost, claims) }));
  const allowed = withoutOthers(own, null, lost, tracks).filter(
    ({ mask }) => !isPartOfOther(mask, appearance, lost, tracks, claims),
  );
  const best = likest(lost, allowed, appearance, isClose ? LOOK_WITHIN : TRY_WITHIN);
  const trial = best === null ? null : { mask: best.mask, passed: 0, asked: 0 };
  if (isClose) return { ...lost, search: { ...search, trial, places: search.places.slice(1) } };
  const likely = likelyPlaces(lost, appearance, PLACES, sideOf(lost, frame), tracks);
  return { ...lost, search: { ...search, trial, places: box === null ? likely : [boxCentre(box), ...likely] } };
}

/** The reading that is most like the object and best in itself; null when none is worth a trial. @param within how far it may fall short of its usual likeness */
function likest(
  track: Track,
  candidates: readonly Candidate[],
  appearance: FeatureMap,
  within: number,
): Candidate | null {
  let [best, bestWorth] = [null as Candidate | null, -Infinity];
  for (const candidate of candidates) {
    const { short } = unlikeness(track.appearance, candidate.mask, appearance);
    if (candidate.score < TRY_SCORE || short > within || candidate.score - short <= bestWorth) continue;
    [best, bestWorth] = [candidate, candidate.score - short];
  }
  return best;
}

/**
 * Takes in one more answer about a trial. It is the object when score, looks and size agree several times, and when it can have come there: a
 * wrong find is worse than none.
 */
export function applyTrial(
  track: Track,
  trial: Trial,
  { timestampUs, frame }: KeyframeRequest,
  chosen: Candidate | null,
  appearance: FeatureMap | null,
): Track {
  const shape = chosen === null ? null : maskShape(chosen.mask);
  const asked = trial.asked + 1;
  const unlike = chosen === null || appearance === null ? null : unlikeness(track.appearance, chosen.mask, appearance);
  const giveUp = (forUs: number, times: number): Track => {
    const at = (shape ?? maskShape(trial.mask))?.anchor;
    const { refused } = track.search;
    return {
      ...track,
      search: {
        ...track.search,
        trial: null,
        refused: [
          ...refused.filter(({ untilUs }) => untilUs > timestampUs),
          ...(at === undefined ? [] : [{ box: squareOn(at, track, frame, times), untilUs: timestampUs + forUs }]),
        ],
      },
    };
  };
  if (chosen === null || unlike === null || shape === null) return giveUp(REFUSED_US, 1);
  const scale = track.usualArea > 0 ? shape.area / track.usualArea : 1;
  const times = Math.max(scale, 1 / scale);
  const canBeIt = times <= FIND_AREA && unlike.colours <= FIND_COLOURS;
  const good = canBeIt && chosen.score >= FIND_SCORE && unlike.short <= FIND_WITHIN;
  const fair = canBeIt && chosen.score >= SLOW_SCORE && times <= SLOW_AREA;
  const within = fair ? SLOW_WITHIN : TRY_WITHIN;
  const passed = trial.passed + (good ? 1 : fair ? 0.5 : 0);
  const longEnough = asked > TRY_LONGEST || (passed === 0 && asked >= TRY_FRUITLESS);
  if (chosen.score < TRY_SCORE || unlike.short > within || longEnough) return giveUp(REFUSED_US, 1);
  if (passed < FIND_TIMES)
    return { ...track, search: { ...track.search, trial: { mask: chosen.mask, passed, asked } } };
  if (!canHaveCome(track.box, track.sinceUs, shape, frame, timestampUs)) return giveUp(OTHER_US, 1.5);
  return {
    ...track,
    state: 'found',
    sinceUs: timestampUs,
    weak: 0,
    mask: chosen.mask,
    score: chosen.score,
    box: shape.box,
    search: NOT_SEARCHED,
  };
}

/** Whether an object that was seen in `box` can have moved so far since. */
export function canHaveCome(box: Box | null, sinceUs: number, shape: MaskShape, frame: Size, nowUs: number): boolean {
  if (box === null) return true;
  const [from, to] = [boxCentre(box), boxCentre(shape.box)];
  const reach = Math.sqrt(shape.area) + FASTEST * frame.width * ((nowUs - sinceUs) / 1e6);
  return Math.hypot(to.x - from.x, to.y - from.y) <= reach;
}

/** How wide the object usually is, frame pixels; not less than a whole look can tell apart. */
const sideOf = ({ usualArea }: Track, frame: Size): number =>
  Math.max(1.2 * Math.sqrt(usualArea), 0.06 * Math.max(frame.width, frame.height));

/** A square around a point, `times` as wide as the object. */
function squareOn({ x, y }: Point, track: Track, frame: Size, times: number): Box {
  const half = (times * sideOf(track, frame)) / 2;
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}
