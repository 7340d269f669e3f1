import type { PixelView } from '../shared/frame.js';
import type { Size, Viewport } from '../shared/geometry.js';

/** What lies outside the frame: the mean colour of the training photos, as in training. */
const PADDING = 'rgb(124, 116, 104)';

/** Reads pixels of frames at low resolution on the CPU. One per worker: it reuses one canvas for each size asked for. */
export class PixelReader {
  readonly #contexts = new Map<string, OffscreenCanvasRenderingContext2D>();

  /** The pixels of `viewport` (frame pixels) scaled to `size`. Borrows the frame. */
  read(frame: VideoFrame, viewport: Viewport, size: Size): PixelView {
    const context = this.#context(size);
    const scaleX = size.width / viewport.width;
    const scaleY = size.height / viewport.height;
    const inside =
      viewport.x >= 0 &&
      viewport.y >= 0 &&
      viewport.x + viewport.width <= frame.displayWidth &&
      viewport.y + viewport.height <= frame.displayHeight;
    if (!inside) {
      context.fillStyle = PADDING;
      context.fillRect(0, 0, size.width, size.height);
    }
    context.setTransform(scaleX, 0, 0, scaleY, -viewport.x * scaleX, -viewport.y * scaleY);
    context.drawImage(frame, 0, 0, frame.displayWidth, frame.displayHeight);
    context.setTransform(1, 0, 0, 1, 0, 0);
    const { data } = context.getImageData(0, 0, size.width, size.height);
    return { rgba: data, ...size, viewport, timestampUs: frame.timestamp };
  }

  #context({ width, height }: Size): OffscreenCanvasRenderingContext2D {
    const key = `${width}x${height}`;
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
    if (context === null) throw new Error(`No 2D canvas of ${key} pixels.`);
    context.imageSmoothingQuality = 'medium';
    this.#contexts.set(key, context);
    return context;
  }
}
