import { matteIou } from '../src/sample/matte-iou.js';
import type { Point, Size } from '../src/shared/geometry.js';

/** One byte a pixel, 1 = object. */
export type Truth = Size & { readonly inside: Uint8Array };

export async function loadPicture(address: string): Promise<ImageBitmap> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return createImageBitmap(await response.blob());
}

export async function loadTruth(address: string): Promise<Truth> {
  const bitmap = await loadPicture(address);
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('No 2D canvas.');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const inside = Uint8Array.from({ length: width * height }, (_, i) => (data[i * 4]! >= 128 ? 1 : 0));
    return { width, height, inside };
  } finally {
    bitmap.close();
  }
}

/** The pixel farthest (city blocks) from everything outside, the frame's border included. */
export function deepestPoint({ width, height, inside }: Truth): Point {
  const distance = Uint16Array.from(inside, (value) => (value === 1 ? 0xffff : 0));
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : distance[y * width + x]!;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      distance[y * width + x] = Math.min(at(x, y), at(x - 1, y) + 1, at(x, y - 1) + 1);
    }
  }
  let best = 0;
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      distance[i] = Math.min(at(x, y), at(x + 1, y) + 1, at(x, y + 1) + 1);
      if (distance[i] > distance[best]!) best = i;
    }
  }
  return { x: (best % width) + 0.5, y: Math.floor(best / width) + 0.5 };
}

/** Intersection over union of "at least half covered" with the truth. */
export const iouWith = (truth: Truth, alpha: Uint8Array): number => matteIou(alpha, truth.inside, 1);
