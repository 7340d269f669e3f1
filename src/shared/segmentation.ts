import type { Box, Viewport } from './geometry.js';
import type { Candidate, MaskGrid } from './mask.js';
import type { PromptPoint } from './prompt.js';

/** Both sides of the model's input must be multiples of this, pixels (the encoder's largest stride). */
export const INPUT_STEP = 32;

/** Everything the model is told about one object, in frame pixels of the frame it is asked about. */
export type ObjectPrompt = {
  readonly points: readonly PromptPoint[];
  readonly box: Box | null;
  /** Where the object is thought to be: the previous mask, carried to this frame. Any grid; it is resampled. */
  readonly mask: MaskGrid | null;
  /** Unit-length mean appearance inside / outside the object on an earlier frame ({@link FeatureMap} channels); null = none. */
  readonly target: Float32Array | null;
  readonly distractor: Float32Array | null;
};

/** Per-position appearance of one viewport. `data`: vectors of unit length, `channels * height * width`, channel-major. */
export type FeatureMap = {
  readonly data: Float32Array;
  /** Shares of red and of blue in the light of each position, 0..1, `2 * height * width`, channel-major. */
  readonly colours: Float32Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly viewport: Viewport;
  readonly timestampUs: number;
};

export type SegmentTimings = { readonly preprocessMs: number; readonly encodeMs: number; readonly decodeMs: number };

export type SegmentResult = {
  /** One entry per prompt, in order: the candidates (three from a promptable model, one from a people model), in model order. */
  readonly objects: readonly (readonly Candidate[])[];
  /** Null from a model without appearance (people). */
  readonly appearance: FeatureMap | null;
  /** Names the cached image embedding for `Segmenter.decode`; null when the model keeps none. */
  readonly embedding: number | null;
  readonly timings: SegmentTimings;
};
