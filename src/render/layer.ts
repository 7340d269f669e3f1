import type { ObjectId, ObjectState } from '../shared/pipeline-api.js';
import type { Viewport } from '../shared/geometry.js';

/**
 * A matte that follows the picture's edges: alpha(x) = a(x) · I(x) + b(x), with I the frame's RGB (0..1) at full resolution and a, b given on a
 * coarse grid over `viewport` (guided filter, He et al. 2010 / 2015, https://arxiv.org/abs/1505.00996). `data` holds a.r, a.g, a.b, b for each cell,
 * `height * width * 4`, row-major. Outside the viewport alpha is 0.
 */
export type MatteCoefficients = {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly viewport: Viewport;
};

/** One object as drawn on one frame. */
export type Layer = {
  readonly id: ObjectId;
  readonly matte: MatteCoefficients;
  /** `#rrggbb` */
  readonly colour: string;
  /** `tracking` and `found`: full effect. `unsure`: dashed outline, no fill. `lost`: a faint ghost. `preview`: thin outline. */
  readonly look: ObjectState | 'preview';
  readonly selected: boolean;
};
