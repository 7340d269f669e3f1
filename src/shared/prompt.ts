import type { Box } from './geometry.js';

/** A click. `inside` = "this too"; otherwise "not this". Frame pixels. */
export type PromptPoint = { readonly x: number; readonly y: number; readonly inside: boolean };

/** What a person says about one object on one frame. At least one point or a box. */
export type UserPrompt =
  { readonly kind: 'point'; readonly point: PromptPoint } | { readonly kind: 'box'; readonly box: Box };
