import { boxIou, type Box, type Size, type Viewport } from '../shared/geometry.js';
import { logit, sigmoid, type Candidate, type MaskGrid } from '../shared/mask.js';
import { logitAt, maskIou, maskShape } from './mask-geometry.js';

/** Two readings that overlap more than this are one. */
const SAME_IOU = 0.8;
const MOST_READINGS = 4;
/** How steeply the say of a reading in {@link expectedOverlaps} falls with its score. */
const STEEPNESS = 5;
/** How much a score is lowered for each share of the view's edge that the mask runs out of: what is cut off is not the whole object. */
const CUT_OFF = 1.5;
/** How much the fit of a mask's own box to the box drawn counts, next to the model's score. */
const BOX_FIT = 0.4;

/**
 * Readings of several views of one tap together. The first is the one that most speaks for: by the box, if one was drawn, else the one that can be
 * expected to overlap most with whichever reading is right. The others follow by score, near-duplicates dropped, at least as many as one view gives.
 * @param box what the person drew, frame pixels
 * @param leading those of the readings that may come first
 */
export function mergeReadings(
  answers: readonly (readonly Candidate[])[],
  frame: Size,
  box: Box | null = null,
  leading: readonly Candidate[] = answers.flat(),
): Candidate[] {
  const trusted = answers
    .flat()
    .map((reading) => ({ reading, trust: trustIn(reading, frame, box) }))
    .sort((a, b) => b.trust - a.trust);
  const readings = trusted.map(({ reading }) => reading);
  const trust = trusted.map((each) => each.trust);
  const overlaps = overlapsOf(readings);
  const worth = box === null ? expectedOverlaps(trust, overlaps) : trust;
  const mayLead = [...readings.keys()].filter((i) => leading.includes(readings[i]!));
  const best = mayLead.reduce((a, b) => (worth[b]! > worth[a]! ? b : a), mayLead[0] ?? 0);
  // Of readings that are the same, the one with the best score stands for all.
  const first = mayLead.find((i) => i === best || overlaps[best]![i]! >= SAME_IOU);
  const kept: number[] = [];
  const spare: number[] = [];
  for (const i of new Set([...(first === undefined ? [] : [first]), ...readings.keys()])) {
    const isNew = kept.every((other) => overlaps[other]![i]! < SAME_IOU);
    (isNew ? kept : spare).push(i);
  }
  const fewest = Math.max(0, ...answers.map((answer) => answer.length));
  const chosen = [...kept.slice(0, MOST_READINGS), ...spare.slice(0, Math.max(0, fewest - kept.length))];
  return chosen.map((i) => readings[i]!);
}

/**
 * A reading as all that mean the same see it, from whichever view: the mean of the probabilities of those whose views show a
 * place, weighted like their say in {@link expectedOverlaps}, on the reading's own grid.
 */
export function agreedReading(reading: Candidate, all: readonly Candidate[], frame: Size): Candidate {
  const same = all.filter(({ mask }) => mask === reading.mask || maskIou(reading.mask, mask) >= SAME_IOU);
  if (same.length < 2) return reading;
  const odds = same.map((each) => Math.exp(STEEPNESS * trustIn(each, frame, null)));
  const { data, width, height, viewport } = reading.mask;
  const mean = data.map((_, i) => {
    const x = viewport.x + (((i % width) + 0.5) * viewport.width) / width;
    const y = viewport.y + ((Math.floor(i / width) + 0.5) * viewport.height) / height;
    let [said, say] = [0, 0];
    same.forEach(({ mask }, k) => {
      if (!covers(mask.viewport, x, y)) return;
      said += odds[k]! * sigmoid(logitAt(mask, x, y));
      say += odds[k]!;
    });
    return logit(said / say);
  });
  return { ...reading, mask: { ...reading.mask, data: mean } };
}

const covers = ({ x, y, width, height }: Viewport, px: number, py: number): boolean =>
  px >= x && px <= x + width && py >= y && py <= y + height;

function trustIn({ mask, score }: Candidate, frame: Size, box: Box | null): number {
  if (box === null) return score - CUT_OFF * cutOff(mask, frame);
  const own = maskShape(mask)?.box;
  return score + (own === undefined ? 0 : BOX_FIT * boxIou(own, box));
}

/** Intersection over union of each with each. */
function overlapsOf(candidates: readonly Candidate[]): number[][] {
  const table = candidates.map(() => candidates.map(() => 1));
  candidates.forEach(({ mask }, i) => {
    for (let j = 0; j < i; j++) table[i]![j] = table[j]![i] = maskIou(mask, candidates[j]!.mask);
  });
  return table;
}

/**
 * The overlap that each reading can be expected to have with the right one, if each of them may be it with a probability that grows with its trust
 * (minimum Bayes risk, as in the decoding of translations: https://aclanthology.org/N04-1022).
 */
function expectedOverlaps(trust: readonly number[], overlaps: readonly (readonly number[])[]): number[] {
  const odds = trust.map((value) => Math.exp(STEEPNESS * value));
  const sum = odds.reduce((a, b) => a + b, 0);
  return overlaps.map((row) => row.reduce((expected, overlap, i) => expected + overlap * odds[i]!, 0) / sum);
}

/** Share of the view's edge that the mask covers, counting the sides that lie inside the frame, 0..1; 0 where no side does. */
export function cutOff({ data, width, height, viewport }: MaskGrid, frame: Size): number {
  let [covered, length] = [0, 0];
  const side = (isOpen: boolean, start: number, step: number, count: number): void => {
    if (!isOpen) return;
    length += count;
    for (let k = 0; k < count; k++) if (data[start + k * step]! > 0) covered++;
  };
  side(viewport.x > 1, 0, width, height);
  side(viewport.y > 1, 0, 1, width);
  side(viewport.x + viewport.width < frame.width - 1, width - 1, width, height);
  side(viewport.y + viewport.height < frame.height - 1, (height - 1) * width, 1, width);
  return length === 0 ? 0 : covered / length;
}
