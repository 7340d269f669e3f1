import type { Size } from '../shared/geometry.js';
import { containFit } from '../shared/geometry.js';

/** Encoders of 4:2:0 video want even sides; at most one row and one column are scaled away. */
export const evenSize = (size: Size): Size => ({
  width: Math.max(2, size.width - (size.width % 2)),
  height: Math.max(2, size.height - (size.height % 2)),
});

/**
 * Makes frames of one size from a canvas that may change its own. A picture of another shape is fitted inside, never stretched;
 * what is left beside it is transparent, or black where alpha is not kept.
 */
export class FrameMaker {
  readonly #size: Size;
  readonly #alpha: boolean;
  readonly #flatten: boolean;
  #scratch: OffscreenCanvasRenderingContext2D | null = null;

  /** @param transparent whether the canvas may hold transparent pixels; without `alpha` they are laid over black. */
  constructor(size: Size, transparent: boolean, alpha: boolean) {
    this.#size = size;
    this.#alpha = alpha;
    this.#flatten = transparent && !alpha;
  }

  /** The caller closes the frame. Times in whole microseconds. */
  make(canvas: OffscreenCanvas, timestamp: number, duration: number): VideoFrame {
    const fits = canvas.width === this.#size.width && canvas.height === this.#size.height;
    const picture = fits && !this.#flatten ? canvas : this.#redraw(canvas);
    return new VideoFrame(picture, { timestamp, duration, alpha: this.#alpha ? 'keep' : 'discard' });
  }

  #redraw(canvas: OffscreenCanvas): OffscreenCanvas {
    const context = (this.#scratch ??= this.#open());
    const { x, y, scale } = containFit(canvas, this.#size);
    context.clearRect(0, 0, this.#size.width, this.#size.height);
    context.drawImage(canvas, x, y, canvas.width * scale, canvas.height * scale);
    return context.canvas;
  }

  #open(): OffscreenCanvasRenderingContext2D {
    const context = new OffscreenCanvas(this.#size.width, this.#size.height).getContext('2d', { alpha: this.#alpha });
    if (context === null) throw new Error('no 2D canvas to fit the picture into');
    return context;
  }
}
