import type { Size } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import { logitAt } from '../../src/tracking/mask-geometry.js';
import type { Bits } from './truth.js';

/** A mask at frame resolution as logits on the frame's own pixel grid. */
export function gridOf(bits: Bits, frame: Size, timestampUs: number): MaskGrid {
  const data = new Float32Array(bits.length);
  for (let i = 0; i < data.length; i++) data[i] = bits[i] === 1 ? 6 : -6;
  return { data, ...frame, viewport: { x: 0, y: 0, ...frame }, timestampUs };
}

/** The inverse: what is inside, at frame resolution. Empty for null. */
export function rasterise(mask: MaskGrid | null, frame: Size): Bits {
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
