import type { Viewport } from './geometry.js';

/**
 * A soft mask on a regular grid laid over a viewport of one frame.
 *
 * `data` holds `height * width` **logits**, row-major (0 is the edge, positive is inside, probability = sigmoid). Cell (column i, row j) covers the
 * frame rectangle from `viewport.x + i * viewport.width / width` to `... (i + 1) ...`; its value stands for the cell's centre.
 * Outside the viewport nothing is claimed: readers treat it as background.
 *
 * A mask belongs to one frame, the one with its `timestampUs`. To draw it on another frame, carry it there (src/tracking/carry.ts).
 */
export type MaskGrid = {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly viewport: Viewport;
  readonly timestampUs: number;
};

/** One of the three readings of an ambiguous prompt, with the model's own estimate of its IoU with the truth (0..1). */
export type Candidate = { readonly mask: MaskGrid; readonly score: number };

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Inverse of {@link sigmoid}; probabilities are clamped to 0.001..0.999 first so that the result is finite. */
export function logit(probability: number): number {
  const p = Math.min(0.999, Math.max(0.001, probability));
  return Math.log(p / (1 - p));
}
