import type { PixelView } from '../shared/frame.js';
import { wholeFrame, type Size, type Viewport } from '../shared/geometry.js';
import { sampleRgba, shrinkRgba, type Rgb, type RgbaImage } from './sample-rgba.js';

/** What lies outside the frame: the mean colour of the training photos, as in training. */
const PADDING: Rgb = [124, 116, 104];

/** The size of a frame as it is shown, which is what frame pixels mean everywhere. */
export const sizeOfFrame = (frame: VideoFrame): Size => ({ width: frame.displayWidth, height: frame.displayHeight });

/** Whether a frame's visible pixels are its display pixels: not scaled, not rotated. */
function isUpright(frame: VideoFrame): boolean {
  const { visibleRect } = frame;
  const turned = 'rotation' in frame && frame.rotation !== 0;
  return visibleRect?.width === frame.displayWidth && visibleRect.height === frame.displayHeight && !turned;
}

/**
 * Reads pixels of frames on the CPU. A frame that was loaded is in memory once and serves every view of it; any other is drawn through a small
 * canvas, which is slower and works for every frame.
 */
export class PixelReader {
  readonly #contexts = new Map<string, OffscreenCanvasRenderingContext2D>();
  /** The pixels of loaded frames, until those are closed; then their memory is used again. */
  readonly #images = new Map<VideoFrame, RgbaImage>();
  /** This browser cannot convert frames to RGBA by itself; not tried again. */
  #cannotLoad = false;

  /** Brings a frame into memory (borrowed). Does nothing where the browser cannot. */
  async load(frame: VideoFrame): Promise<void> {
    if (this.#cannotLoad || !isUpright(frame)) return;
    const { width, height } = sizeOfFrame(frame);
    const data = this.#memory(width * height * 4);
    try {
      await frame.copyTo(data, { format: 'RGBA', layout: [{ offset: 0, stride: width * 4 }] });
    } catch {
      this.#cannotLoad = true; // reading through a canvas gives the same pixels
      return;
    }
    this.#images.set(frame, { width, height, data });
  }

  /**
   * A frame with the same picture (borrowed) that holds nothing of the source's: a camera or a decoder has few buffers to lend, and stops when too many
   * are kept. The caller owns it.
   */
  copyOf(frame: VideoFrame): VideoFrame {
    const { timestamp } = frame;
    const image = this.#images.get(frame);
    if (image !== undefined) {
      const { width, height, data } = image;
      const copy = new VideoFrame(data, { format: 'RGBX', codedWidth: width, codedHeight: height, timestamp });
      this.#images.delete(frame);
      this.#images.set(copy, image);
      return copy;
    }
    const size = sizeOfFrame(frame);
    const canvas = new OffscreenCanvas(size.width, size.height);
    canvas.getContext('2d', { alpha: false })?.drawImage(frame, 0, 0, size.width, size.height);
    return new VideoFrame(canvas, { timestamp });
  }

  /** All pixels of a loaded frame; they stay valid until it is closed and another is loaded. */
  imageOf(frame: VideoFrame): RgbaImage | null {
    return this.#images.get(frame) ?? null;
  }

  /** The whole frame at a small size, for what is done with every frame. Borrows the frame. */
  readWhole(frame: VideoFrame, size: Size): PixelView {
    const image = this.imageOf(frame);
    const viewport = wholeFrame(sizeOfFrame(frame));
    const rgba = image === null ? this.#draw(frame, viewport, size) : shrinkRgba(image, size);
    return { rgba, ...size, viewport, timestampUs: frame.timestamp };
  }

  /** The pixels of `viewport` (frame pixels) scaled to `size`. Borrows the frame. */
  read(frame: VideoFrame, viewport: Viewport, size: Size): PixelView {
    const image = this.imageOf(frame);
    const rgba = image === null ? this.#draw(frame, viewport, size) : sampleRgba(image, viewport, size, PADDING);
    return { rgba, ...size, viewport, timestampUs: frame.timestamp };
  }

  /** Memory of a frame that was closed, or new memory. */
  #memory(bytes: number): Uint8Array<ArrayBuffer> {
    let free: Uint8Array<ArrayBuffer> | null = null;
    for (const [frame, { data }] of this.#images) {
      if (frame.codedWidth > 0) continue; // not closed
      this.#images.delete(frame);
      if (data.length === bytes) free = data;
    }
    return free ?? new Uint8Array(bytes);
  }

  #draw(frame: VideoFrame, viewport: Viewport, size: Size): Uint8ClampedArray<ArrayBuffer> {
    const context = this.#context(size);
    const scaleX = size.width / viewport.width;
    const scaleY = size.height / viewport.height;
    context.fillStyle = `rgb(${PADDING.join(', ')})`;
    context.fillRect(0, 0, size.width, size.height);
    context.setTransform(scaleX, 0, 0, scaleY, -viewport.x * scaleX, -viewport.y * scaleY);
    context.drawImage(frame, 0, 0, frame.displayWidth, frame.displayHeight);
    context.setTransform(1, 0, 0, 1, 0, 0);
    return context.getImageData(0, 0, size.width, size.height).data;
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
