import { squareViewport, boxUnion, type Box, type Point, type Size, type Viewport } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { PromptPoint } from '../shared/prompt.js';
import type { ObjectPrompt } from '../shared/segmentation.js';
import { maskIou, maskShape } from './mask-geometry.js';
import { NO_PROMPT, type PendingTap, type PlacedPrompt, type Track } from './track.js';
import { viewOn } from './viewport.js';

/** Sides of the views that answer a tap, in order, as a share of the frame's longer side; the last look is a zoom on the best answer. */
const TAP_SHARES = [0.5, 0.35] as const;

export type TapLook = { readonly viewport: Viewport; readonly prompt: ObjectPrompt };

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

/** The next look at the tapped frame; null when the tap has been answered. */
export function nextTapLook(track: Track, frame: Size): TapLook | null {
  const { tap } = track;
  if (tap === null) return null;
  const placed = promptsOf(track, tap);
  const points = pointsOf(placed);
  const box = boxOf(placed);
  const step = tap.answers.length;
  const prompt: ObjectPrompt = { ...NO_PROMPT, points, box };
  if (tap.corrects !== null) return step === 0 ? correction(tap.corrects, prompt, frame) : null;
  if (box !== null) return step === 0 ? { viewport: viewOn(box, frame, 2), prompt } : null;
  const first = points.find((point) => point.inside) ?? points[0];
  if (first === undefined) return null;
  const viewport = tapViews(first, frame)[step];
  if (viewport !== undefined) return { viewport, prompt };
  return step === TAP_SHARES.length ? zoomOn(mergeTapAnswers(tap.answers)[0], prompt, frame) : null;
}

function correction(mask: MaskGrid, prompt: ObjectPrompt, frame: Size): TapLook | null {
  const own = maskShape(mask)?.box;
  const boxes = [
    ...prompt.points.map(around),
    ...(own === undefined ? [] : [own]),
    ...(prompt.box === null ? [] : [prompt.box]),
  ];
  const first = boxes[0];
  if (first === undefined) return null;
  return { viewport: viewOn(boxes.reduce(boxUnion, first), frame), prompt: { ...prompt, mask } };
}

function zoomOn(best: Candidate | undefined, prompt: ObjectPrompt, frame: Size): TapLook | null {
  const shape = best === undefined ? null : maskShape(best.mask);
  if (best === undefined || shape === null) return null;
  return { viewport: viewOn(shape.box, frame, 2), prompt: { ...prompt, mask: best.mask } };
}

/** The views of a first tap at `point`, in the order they are looked at (a zoom on the best answer follows them). */
export const tapViews = (point: Point, frame: Size): Viewport[] =>
  TAP_SHARES.map((share) => squareViewport(point, share * Math.max(frame.width, frame.height), frame));

/** Two readings that overlap more than this are one. */
const SAME_IOU = 0.8;
const MOST_CANDIDATES = 4;

/** Readings of several views together: best score first, near-duplicates dropped, at least as many kept as one view gives. */
export function mergeTapAnswers(answers: readonly (readonly Candidate[])[]): Candidate[] {
  const fewest = Math.max(0, ...answers.map((answer) => answer.length));
  const sorted = answers.flat().sort((a, b) => b.score - a.score);
  const kept: Candidate[] = [];
  const spare: Candidate[] = [];
  for (const candidate of sorted) {
    const isNew = kept.every((other) => maskIou(candidate.mask, other.mask) < SAME_IOU);
    (isNew ? kept : spare).push(candidate);
  }
  return [...kept.slice(0, MOST_CANDIDATES), ...spare.slice(0, Math.max(0, fewest - kept.length))];
}
