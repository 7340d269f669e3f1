import type { Size, Viewport } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { evidenceMap } from './appearance.js';
import { logitAt, maskShape } from './mask-geometry.js';
import { modelsOf, NOT_SEARCHED, type KeyframeRequest, type Track, type Trial } from './track.js';
import { atLeast, squareInput, viewOn, wholeView } from './viewport.js';

/** Predicted IoU that a trial must reach, this many times in a row, to be the object again; and what it needs to go on being tried. */
const FIND_SCORE = 0.6;
const FIND_TIMES = 2;
const TRY_SCORE = 0.3;
/** Answers after which a trial that has not proved itself is given up. */
const TRY_LONGEST = 8;
/** How much more the inside must look like the object than the rest of the view does (log ratio) ... */
const FIND_EVIDENCE = 1;
/** ... and by itself, so that a thing unlike both the object and its surroundings is not taken for it. */
const FIND_INSIDE = 0.25;
/** A find may be this many times larger or smaller in area than the object was. */
const FIND_AREA = 3;
/** The first looks after a loss are near where it was seen last. */
const NEAR_LOOKS = 3;

/** Where to look next for a lost object: around where it was seen last, later in turn there and in the whole frame. */
export function searchLook(track: Track, frame: Size, inputSize: number): { viewport: Viewport; input: Size } {
  const { looks } = track.search;
  const near = track.box !== null && (looks < NEAR_LOOKS || looks % 3 === 0);
  if (!near || track.box === null) return wholeView(frame, inputSize);
  return {
    viewport: viewOn(atLeast(track.box, 1.3 * Math.sqrt(track.usualArea)), frame, 3.5),
    input: squareInput(inputSize),
  };
}

/** What to ask in this view about a lost object: the place that looks most like it; null when nothing does. */
export function planSearch(track: Track, appearance: FeatureMap): ObjectPrompt | null {
  const { first } = track.appearance;
  if (first === null) return null;
  const { width, height, viewport } = appearance;
  const evidence = blur(evidenceMap(appearance, modelsOf(track.appearance)), width, height);
  let [best, bestAt] = [0, -1];
  evidence.forEach((value, i) => {
    if (value > best) [best, bestAt] = [value, i];
  });
  if (bestAt < 0) return null;
  const x = viewport.x + (((bestAt % width) + 0.5) * viewport.width) / width;
  const y = viewport.y + ((Math.floor(bestAt / width) + 0.5) * viewport.height) / height;
  return {
    points: [{ x, y, inside: true }],
    box: null,
    mask: null,
    target: first.target,
    distractor: first.distractor,
  };
}

/** 3x3 mean. */
function blur(values: Float32Array, width: number, height: number): Float32Array {
  return values.map((_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        sum += values[v * width + u]!;
        count++;
      }
    }
    return sum / count;
  });
}

/** Takes in what was decoded where {@link planSearch} said. Nothing is found yet: a promising mask is put on trial. */
export function applySearch(
  track: Track,
  { timestampUs }: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap,
): Track {
  if (track.tap !== null || (track.mask !== null && track.mask.timestampUs >= timestampUs)) return track;
  const best = bestOf(candidates);
  const promising = best !== null && best.score >= TRY_SCORE && isLike(track, best.mask, appearance);
  return {
    ...track,
    state: 'lost',
    sinceUs: track.state === 'lost' ? track.sinceUs : timestampUs,
    search: { looks: track.search.looks + 1, trial: promising ? { mask: best.mask, passed: 0, asked: 0 } : null },
  };
}

/**
 * Takes in one more answer about a trial. It is the object when score, appearance and size agree several times in a row: a wrong find is worse
 * than none.
 */
export function applyTrial(
  track: Track,
  trial: Trial,
  { timestampUs }: KeyframeRequest,
  chosen: Candidate | null,
  appearance: FeatureMap | null,
): Track {
  const shape = chosen === null ? null : maskShape(chosen.mask);
  const asked = trial.asked + 1;
  const search = { ...track.search, trial: null };
  if (chosen === null || shape === null || chosen.score < TRY_SCORE || asked > TRY_LONGEST) return { ...track, search };
  const scale = track.usualArea > 0 ? shape.area / track.usualArea : 1;
  const good =
    chosen.score >= FIND_SCORE &&
    Math.max(scale, 1 / scale) <= FIND_AREA &&
    appearance !== null &&
    isLike(track, chosen.mask, appearance);
  const passed = good ? trial.passed + 1 : 0;
  if (passed < FIND_TIMES) return { ...track, search: { ...search, trial: { mask: chosen.mask, passed, asked } } };
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

const bestOf = (candidates: readonly Candidate[]): Candidate | null =>
  candidates.reduce<Candidate | null>((a, b) => (a === null || b.score > a.score ? b : a), null);

function isLike(track: Track, mask: MaskGrid, appearance: FeatureMap): boolean {
  const models = modelsOf(track.appearance);
  if (models.length === 0) return false;
  const { inside, outside } = meanEvidence(appearance, evidenceMap(appearance, models), mask);
  return inside >= FIND_INSIDE && inside - outside >= FIND_EVIDENCE;
}

/** Mean evidence inside the mask (-Infinity where it is empty) and outside it (0 where it fills the view). */
export function meanEvidence(
  { width, height, viewport }: FeatureMap,
  evidence: Float32Array,
  mask: MaskGrid,
): { inside: number; outside: number } {
  let [inside, outside, nIn, nOut] = [0, 0, 0, 0];
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) {
      if (logitAt(mask, viewport.x + ((k + 0.5) * viewport.width) / width, y) > 0) {
        inside += evidence[i]!;
        nIn++;
      } else {
        outside += evidence[i]!;
        nOut++;
      }
    }
  }
  return { inside: nIn === 0 ? -Infinity : inside / nIn, outside: nOut === 0 ? 0 : outside / nOut };
}
