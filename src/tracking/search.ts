import type { Candidate } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { appearanceOf, cosine, similarityMap } from './appearance.js';
import { maskShape } from './mask-geometry.js';
import type { AppearanceMemory, KeyframeRequest, Track } from './track.js';

/** Similarity and predicted IoU that a find needs; a wrong find is worse than none. */
const LIKE = 0.75;
const FIND_SCORE = 0.6;

const targetsOf = ({ first, gallery }: AppearanceMemory): Float32Array[] =>
  [...(first === null ? [] : [first]), ...gallery].map(({ target }) => target);

/** Where in this view a lost object may be: the place most like it; null when nothing is like it. */
export function planSearch(track: Track, appearance: FeatureMap): ObjectPrompt | null {
  const { first } = track.appearance;
  if (first === null) return null;
  let [best, bestAt] = [LIKE - 0.15, -1];
  for (const target of targetsOf(track.appearance)) {
    similarityMap(appearance, target).forEach((value, i) => {
      if (value > best) [best, bestAt] = [value, i];
    });
  }
  if (bestAt < 0) return null;
  const { width, height, viewport } = appearance;
  const x = viewport.x + (((bestAt % width) + 0.5) * viewport.width) / width;
  const y = viewport.y + ((Math.floor(bestAt / width) + 0.5) * viewport.height) / height;
  return { points: [{ x, y, inside: true }], box: null, mask: null, target: first.target, distractor: first.distractor };
}

/** Takes in what was decoded where {@link planSearch} said: the object is found when score and appearance both agree, else it stays lost. */
export function applySearch(track: Track, request: KeyframeRequest, candidates: readonly Candidate[], appearance: FeatureMap): Track {
  const { timestampUs } = request;
  const lost: Track = track.state === 'lost' ? track : { ...track, state: 'lost', sinceUs: timestampUs };
  const best = candidates.reduce<Candidate | null>((a, b) => (a === null || b.score > a.score ? b : a), null);
  const shape = best === null ? null : maskShape(best.mask);
  if (best === null || shape === null || best.score < FIND_SCORE) return lost;
  const looks = appearanceOf(appearance, best.mask);
  if (looks === null || Math.max(...targetsOf(track.appearance).map((target) => cosine(target, looks.target))) < LIKE) return lost;
  return { ...track, state: 'found', sinceUs: timestampUs, weak: 0, mask: best.mask, score: best.score, box: shape.box };
}
