import { fail, ok, type Result } from '../shared/errors.js';
import { answerOf, type GoldenAnswer } from './golden-answer.js';
import { goldenPrompts, goldenView } from './golden-scene.js';
import type { Segmenter } from './segmenter.js';

/** A backend passes when its masks overlap the stored ones at least this much (all candidates together) ... */
export const MIN_GOLDEN_IOU = 0.99;
/** ... and no predicted score is further off than this. */
export const MAX_SCORE_ERROR = 0.01;

export type SelfCheckReport = { readonly iou: number; readonly scoreError: number };

const bitCount = (byte: number): number => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** Intersection over union of all masks of two answers together; 0 when they are not of the same shape. */
export function answersIou(a: GoldenAnswer, b: GoldenAnswer): number {
  let intersection = 0;
  let union = 0;
  if (a.masks.length !== b.masks.length) return 0;
  for (const [index, bits] of a.masks.entries()) {
    const others = b.masks[index];
    if (others === undefined || others.length !== bits.length) return 0;
    for (let byte = 0; byte < bits.length; byte++) {
      intersection += bitCount(bits[byte]! & others[byte]!);
      union += bitCount(bits[byte]! | others[byte]!);
    }
  }
  return union > 0 ? intersection / union : 0;
}

function largestScoreError(a: GoldenAnswer, b: GoldenAnswer): number {
  return Math.max(...a.scores.map((score, index) => Math.abs(score - (b.scores[index] ?? Number.NaN))));
}

/**
 * Asks an engine the golden question. A GPU backend can be wrong without any error, so every backend has to pass before its masks are shown.
 * It also warms the engine up.
 */
export async function selfCheck(segmenter: Segmenter, golden: GoldenAnswer): Promise<Result<SelfCheckReport>> {
  const answer = answerOf(await segmenter.segment(goldenView(), goldenPrompts()));
  const report = { iou: answersIou(answer, golden), scoreError: largestScoreError(golden, answer) };
  if (report.iou >= MIN_GOLDEN_IOU && report.scoreError <= MAX_SCORE_ERROR) return ok(report);
  return fail(
    'self-check-failed',
    `The model gave wrong masks on a picture with a known answer (overlap ${report.iou.toFixed(3)}, needed ${MIN_GOLDEN_IOU}; scores off by ${report.scoreError.toFixed(3)}, allowed ${MAX_SCORE_ERROR}).`,
    'Another way of running the model is tried; if none is left, update the browser or the graphics driver.',
  );
}
