import type { Box, Size, Viewport } from '../shared/geometry.js';
import type { Layer, MatteCoefficients } from './layer.js';

/** Longer side of the picture in which the object is looked for, pixels. */
const SEARCH_SIDE = 64;
/** Space left around the object, as a share of its own size. */
const MARGIN = 0.06;

/**
 * A small picture of one object of a borrowed frame, cut out on transparency and cropped to the object. The receiver closes it.
 * @param maxSide its longer side, pixels
 * @returns null when nothing of the object is in the frame
 */
export function cutout(frame: VideoFrame, layer: Layer, maxSide: number): ImageBitmap | null {
  const { viewport } = layer.matte;
  if (viewport.width <= 0 || viewport.height <= 0) return null;
  const found = opaqueBox(cutOut(frame, layer.matte, viewport, SEARCH_SIDE));
  if (found === null) return null;
  return cutOut(frame, layer.matte, around(found, viewport, frame), maxSide).transferToImageBitmap();
}

/** `viewport` of the frame, with the matte as its alpha, scaled to `maxSide` on the longer side. */
function cutOut(frame: VideoFrame, matte: MatteCoefficients, view: Viewport, maxSide: number): OffscreenCanvas {
  const scale = maxSide / Math.max(view.width, view.height);
  const width = Math.max(1, Math.round(view.width * scale));
  const height = Math.max(1, Math.round(view.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2D context for a cut-out picture');
  context.drawImage(frame, view.x, view.y, view.width, view.height, 0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  applyMatte(image, matte, view);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Sets alpha of an image that shows `view` of the frame. */
function applyMatte(image: ImageData, matte: MatteCoefficients, view: Viewport): void {
  const { data, width, height } = image;
  for (let y = 0, i = 0; y < height; y++) {
    const frameY = view.y + ((y + 0.5) / height) * view.height;
    for (let x = 0; x < width; x++, i += 4) {
      const frameX = view.x + ((x + 0.5) / width) * view.width;
      data[i + 3] = 255 * alphaAt(matte, frameX, frameY, data[i]! / 255, data[i + 1]! / 255, data[i + 2]! / 255);
    }
  }
}

/** Alpha (0..1) of a point of the frame (frame pixels) with the colour r, g, b (0..1). What the compositor's shader computes for a whole frame. */
export function alphaAt(matte: MatteCoefficients, x: number, y: number, r: number, g: number, b: number): number {
  const { viewport, width, height, data } = matte;
  const u = (x - viewport.x) / viewport.width;
  const v = (y - viewport.y) / viewport.height;
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return 0;
  const column = Math.min(width - 1, Math.max(0, u * width - 0.5));
  const row = Math.min(height - 1, Math.max(0, v * height - 0.5));
  const i = Math.floor(column);
  const j = Math.floor(row);
  const right = i + 1 < width ? 4 : 0;
  const down = j + 1 < height ? width * 4 : 0;
  const at = (j * width + i) * 4;
  const mix = (k: number) => {
    const above = data[at + k]! + (data[at + k + right]! - data[at + k]!) * (column - i);
    const below = data[at + k + down]! + (data[at + k + down + right]! - data[at + k + down]!) * (column - i);
    return above + (below - above) * (row - j);
  };
  return Math.min(1, Math.max(0, mix(0) * r + mix(1) * g + mix(2) * b + mix(3)));
}

/** The part of a canvas that is more than half opaque, in shares of its width and height; null when there is none. */
function opaqueBox(canvas: OffscreenCanvas): Box | null {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('No 2D context for a cut-out picture');
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const box = { x0: width, y0: height, x1: 0, y1: 0 };
  for (let y = 0, i = 3; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      if (data[i]! < 128) continue;
      box.x0 = Math.min(box.x0, x);
      box.y0 = Math.min(box.y0, y);
      box.x1 = Math.max(box.x1, x + 1);
      box.y1 = Math.max(box.y1, y + 1);
    }
  }
  if (box.x1 <= box.x0) return null;
  return { x0: box.x0 / width, y0: box.y0 / height, x1: box.x1 / width, y1: box.y1 / height };
}

/** A box in shares of `view` as a rectangle of the frame, with a little space around it. */
function around(box: Box, view: Viewport, frame: Pick<VideoFrame, 'displayWidth' | 'displayHeight'>): Viewport {
  const size: Size = { width: frame.displayWidth, height: frame.displayHeight };
  const padX = (box.x1 - box.x0) * view.width * MARGIN;
  const padY = (box.y1 - box.y0) * view.height * MARGIN;
  const x = Math.max(0, view.x + box.x0 * view.width - padX);
  const y = Math.max(0, view.y + box.y0 * view.height - padY);
  return {
    x,
    y,
    width: Math.min(size.width, view.x + box.x1 * view.width + padX) - x,
    height: Math.min(size.height, view.y + box.y1 * view.height + padY) - y,
  };
}
