import { squareViewport, boxUnion, type Box, type Point, type Size, type Viewport } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { PromptPoint } from '../shared/prompt.js';
import type { ObjectPrompt } from '../shared/segmentation.js';
import { maskShape } from './mask-geometry.js';
import { agreedReading, mergeReadings } from './readings.js';
import { NO_PROMPT, type PendingTap, type PlacedPrompt, type Track } from './track.js';
import { squareInput, viewOn, wholeView, type Look } from './viewport.js';

/** Sides of the square views around a tap, as a share of the frame's longer side. */
const NEAR = 0.6;
const NEARER = 0.35;
/** A first tap is looked at so many times before it is zoomed upon. */
const WIDE_LOOKS = 3;
/** Side of the view on a box, drawn or found, in its longer sides. */
const ZOOM = 2;

/** What to look at and to ask. `input` is the model's input, pixels. */
export type TapLook = Look & { readonly prompt: ObjectPrompt };

/** Prompts given on the tapped frame. */
const promptsOf = (track: Track, tap: PendingTap): readonly PlacedPrompt[] =>
  track.userPrompts.filter((placed) => placed.timestampUs === tap.timestampUs);

const pointsOf = (placed: readonly PlacedPrompt[]): PromptPoint[] =>
  placed.flatMap(({ prompt }) => (prompt.kind === 'point' ? [prompt.point] : []));

const boxOf = (placed: readonly PlacedPrompt[]): Box | null => {
  const last = placed.findLast(({ prompt }) => prompt.kind === 'box')?.prompt;
  return last?.kind === 'box' ? last.box : null;
};

const around = ({ x, y }: Point): Box => ({ x0: x - 1, y0: y - 1, x1: x + 1, y1: y + 1 });

const squareAround = (point: Point, share: number, frame: Size): Viewport =>
  squareViewport(point, share * Math.max(frame.width, frame.height), frame);

/** The first view of a first tap at `point`; square. */
export const firstTapView = (point: Point, frame: Size): Viewport => squareAround(point, NEAR, frame);

/**
 * The next look at the tapped frame; null when the tap has been answered. A first tap is seen from near, in the whole frame and from nearer, then
 * through a zoom on the reading that they agree on.
 * @param inputSize longer side of the model's input, pixels
 */
export function nextTapLook(track: Track, frame: Size, inputSize: number): TapLook | null {
  const { tap } = track;
  if (tap === null) return null;
  const placed = promptsOf(track, tap);
  const prompt: ObjectPrompt = { ...NO_PROMPT, points: pointsOf(placed), box: boxOf(placed) };
  const step = tap.answers.length;
  const look = (viewport: Viewport, asked = prompt): TapLook => ({
    viewport,
    input: squareInput(inputSize),
    prompt: asked,
  });
  if (tap.corrects !== null || prompt.box !== null) {
    if (step > 0) return null;
    const viewport = tap.corrects === null ? viewOn(prompt.box!, frame, ZOOM) : viewOnAll(tap.corrects, prompt, frame);
    return viewport === null ? null : look(viewport, { ...prompt, mask: tap.corrects });
  }
  const point = prompt.points.find(({ inside }) => inside) ?? prompt.points[0];
  if (point === undefined) return null;
  if (step === 0) return look(firstTapView(point, frame));
  if (step === 1) return { ...wholeView(frame, inputSize), prompt };
  if (step === 2) return look(squareAround(point, NEARER, frame));
  const best = step === WIDE_LOOKS ? mergeReadings(tap.answers, frame)[0] : undefined;
  const shape = best === undefined ? null : maskShape(best.mask);
  return best === undefined || shape === null
    ? null
    : look(viewOn(shape.box, frame, ZOOM), { ...prompt, mask: best.mask });
}

/** A view on the mask and on all that was said about it; null when there is nothing to see. */
function viewOnAll(mask: MaskGrid, { points, box }: ObjectPrompt, frame: Size): Viewport | null {
  const own = maskShape(mask)?.box;
  const boxes = [...points.map(around), ...(own === undefined ? [] : [own]), ...(box === null ? [] : [box])];
  return boxes.length === 0 ? null : viewOn(boxes.reduce(boxUnion), frame);
}

/**
 * All readings of a tap's looks so far, best first. Once it has been zoomed upon, the best is one of the zoom's, which has the most detail, and the views
 * before have their say in it.
 */
export function tapReadings(track: Track, tap: PendingTap, frame: Size): Candidate[] {
  const all = tap.answers.flat();
  const zoomed = tap.answers[WIDE_LOOKS] ?? [];
  const box = boxOf(promptsOf(track, tap));
  if (zoomed.length === 0) return mergeReadings(tap.answers, frame, box, all);
  const [best, ...others] = mergeReadings(tap.answers, frame, box, zoomed);
  return best === undefined ? [] : [agreedReading(best, all, frame), ...others];
}
