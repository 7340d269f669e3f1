import type { PixelView } from '../shared/frame.js';
import type { ObjectPrompt, SegmentResult } from '../shared/segmentation.js';

/**
 * One engine that turns pixels and prompts into masks: one heavy encode, then a light decode for all prompts together (after SAM,
 * https://arxiv.org/abs/2304.02643). Masks carry the view's viewport and timestamp.
 */
export interface Segmenter {
  /** `promptable`: answers prompts. `people`: ignores what the prompts say and gives the people mask for each of them. */
  readonly kind: 'promptable' | 'people';
  /** Encodes the view and decodes every prompt on it. The view's pixels may be transferred away by the caller; they are not kept. */
  segment(view: PixelView, prompts: readonly ObjectPrompt[]): Promise<SegmentResult>;
  /** Decodes more prompts on a cached embedding; null when it has been dropped meanwhile (the newest few are kept). */
  decode(embedding: number, prompts: readonly ObjectPrompt[]): Promise<SegmentResult | null>;
  dispose(): Promise<void>;
}
