import type { Point } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import { solveMatte, type GuideImage } from '../render/matte.js';
import type { Layer } from '../render/layer.js';
import { NO_PROMPT } from '../tracking/track.js';
import { firstTapView } from '../tracking/tracker.js';
import type { Engines } from './engines.js';
import { sizeOfFrame, type PixelReader } from './frame-pixels.js';
import type { LiveBudget } from './live-budget.js';
import type { Carry } from './mask-carrier.js';

/** Slower than this a preview would lag behind the pointer and take time from what is tracked ... */
const FAST_ENOUGH_MS = 150;
/** ... so it is tried again only after this long. */
const RETRY_MS = 10_000;
/** Never the id of an object. */
const PREVIEW_ID = -1;

export type HoverPreviewParts = {
  readonly engines: Engines;
  readonly pixels: PixelReader;
  readonly budget: LiveBudget;
};

/** The mask that a tap at the pointer would give, as an outline. One look at a time, and only with a worker that has nothing better to do. */
export class HoverPreview {
  readonly #parts: HoverPreviewParts;
  #point: Point | null = null;
  #mask: MaskGrid | null = null;
  #busy = false;
  #notBeforeMs = 0;

  constructor(parts: HoverPreviewParts) {
    this.#parts = parts;
  }

  get active(): boolean {
    return this.#point !== null;
  }

  /** Frame pixels; null ends the preview. */
  set point(point: Point | null) {
    this.#point = point;
    if (point === null) this.#mask = null;
  }

  /** Looks again if the machine is fast enough. Borrows the frame. Resolves when the look is over. */
  async look(frame: VideoFrame): Promise<void> {
    const { engines, pixels, budget } = this.#parts;
    const point = this.#point;
    const pool = engines.promptable;
    if (point === null || pool === null || pool.idle === 0 || this.#busy) return;
    if (performance.now() < this.#notBeforeMs) return;
    const viewport = firstTapView(point, sizeOfFrame(frame));
    this.#busy = true;
    const started = performance.now();
    try {
      const size = { width: budget.inputSize, height: budget.inputSize };
      const view = pixels.read(frame, viewport, size);
      const prompt = { ...NO_PROMPT, points: [{ ...point, inside: true }] };
      const { value } = await pool.run((api) => api.segment(view, [prompt]));
      const best = value.objects[0]?.reduce((a, b) => (b.score > a.score ? b : a));
      this.#mask = this.#point === null ? null : (best?.mask ?? null);
    } finally {
      this.#busy = false;
      const ended = performance.now();
      if (ended - started > FAST_ENOUGH_MS) this.#notBeforeMs = ended + RETRY_MS;
    }
  }

  /** What to draw on the frame that `carry` carries to; null when there is nothing. */
  layer(carry: Carry, guide: GuideImage): Layer | null {
    const mask = this.#mask === null ? null : carry(this.#mask);
    if (mask === null) return null;
    return { id: PREVIEW_ID, matte: solveMatte(mask, guide), colour: '#ffffff', look: 'preview', selected: false };
  }
}
