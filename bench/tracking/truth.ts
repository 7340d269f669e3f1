import type { Size } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import { logitAt } from '../../src/tracking/mask-geometry.js';

/** A truth mask as logits on the frame's own pixel grid. */
export function gridOfTruth(truth: Uint8Array, frame: Size, timestampUs: number): MaskGrid {
  const data = new Float32Array(truth.length);
  for (let i = 0; i < data.length; i++) data[i] = truth[i] === 1 ? 6 : -6;
  return { data, ...frame, viewport: { x: 0, y: 0, ...frame }, timestampUs };
}

/** The mask at frame resolution, 0 or 1. */
export function rasterise(mask: MaskGrid | null, frame: Size): Uint8Array {
  const out = new Uint8Array(frame.width * frame.height);
  if (mask === null) return out;
  const { viewport } = mask;
  const x0 = Math.max(0, Math.floor(viewport.x));
  const x1 = Math.min(frame.width, Math.ceil(viewport.x + viewport.width));
  const y0 = Math.max(0, Math.floor(viewport.y));
  const y1 = Math.min(frame.height, Math.ceil(viewport.y + viewport.height));
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) if (logitAt(mask, x + 0.5, y + 0.5) > 0) out[y * frame.width + x] = 1;
  }
  return out;
}

/** Region similarity J: intersection over union; 1 where both are empty. */
export function jaccard(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! & b[i]!;
    either += a[i]! | b[i]!;
  }
  return either === 0 ? 1 : both / either;
}
