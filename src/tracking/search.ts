import { boxCentre, boxHeight, boxWidth, type Box, type Size, type Viewport } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { evidenceMap } from './appearance.js';
import { logitAt, maskShape } from './mask-geometry.js';
import { modelsOf, type KeyframeRequest, type Track } from './track.js';
import { squareInput, viewOn, wholeView } from './viewport.js';

/** What a find needs: predicted IoU, and how much more the inside looks like the object than the rest of the view does. */
const FIND_SCORE = 0.6;
const FIND_EVIDENCE = 1;
/** What makes a place worth a closer look. */
const HINT_SCORE = 0.3;

/** Where to look next for a lost object: at a hint, else in turn around where it was last seen and at the whole frame. */
export function searchLook(track: Track, frame: Size, inputSize: number): { viewport: Viewport; input: Size } {
  const { hint, looks } = track.search;
  const box = hint ?? (looks % 2 === 0 ? track.box : null);
  if (box === null) return wholeView(frame, inputSize);
  return { viewport: viewOn(box, frame, hint === null ? 3.5 : 2.5), input: squareInput(inputSize) };
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

/** Takes in what was decoded where {@link planSearch} said: the object is found when score and appearance both agree, else it stays lost. */
export function applySearch(
  track: Track,
  request: KeyframeRequest,
  candidates: readonly Candidate[],
  appearance: FeatureMap,
): Track {
  const { timestampUs, viewport } = request;
  const looks = track.search.looks + 1;
  const still: Track = {
    ...track,
    state: 'lost',
    sinceUs: track.state === 'lost' ? track.sinceUs : timestampUs,
    search: { looks, hint: null },
  };
  const best = candidates.reduce<Candidate | null>((a, b) => (a === null || b.score > a.score ? b : a), null);
  const shape = best === null ? null : maskShape(best.mask);
  if (best === null || shape === null || best.score < HINT_SCORE) return still;
  const close = Math.max(boxWidth(shape.box), boxHeight(shape.box)) * 4 > viewport.width || track.search.hint !== null;
  const contrast = evidenceContrast(appearance, evidenceMap(appearance, modelsOf(track.appearance)), best.mask);
  if (close && best.score >= FIND_SCORE && contrast >= FIND_EVIDENCE) {
    return {
      ...track,
      state: 'found',
      sinceUs: timestampUs,
      weak: 0,
      mask: best.mask,

      score: best.score,
      box: shape.box,
      search: { looks: 0, hint: null },
    };
  }
  return track.search.hint === null && contrast > 0
    ? { ...still, search: { looks, hint: atLeast(shape.box, track.box) } }
    : still;
}

/** The box, grown to at least half the size that the object had. */
function atLeast(box: Box, known: Box | null): Box {
  if (known === null) return box;
  const { x, y } = boxCentre(box);
  const half = Math.max(boxWidth(box), boxHeight(box), Math.max(boxWidth(known), boxHeight(known)) / 2) / 2;
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}

/** Mean evidence inside the mask minus mean evidence outside it, in this view. */
export function evidenceContrast(
  { width, height, viewport }: FeatureMap,
  evidence: Float32Array,
  mask: MaskGrid,
): number {
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
  return nIn === 0 ? -Infinity : inside / nIn - (nOut === 0 ? 0 : outside / nOut);
}
