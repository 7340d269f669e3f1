import type { MaskGrid } from '../shared/mask.js';
import { logitAt } from './mask-geometry.js';

/**
 * Averages a fresh mask with the one carried to the same frame, in logits. A cell follows the fresh mask where that is sure of itself, and leans on
 * the past where it hesitates, so that edges neither flicker nor lag.
 * @param weight 0..1: how much the past counts at an undecided cell
 */
export function smoothMask(fresh: MaskGrid, carried: MaskGrid | null, weight: number): MaskGrid {
  if (carried === null || weight <= 0) return fresh;
  const { width, height, viewport } = fresh;
  const data = new Float32Array(fresh.data.length);
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) {
      const now = fresh.data[i]!;
      const before = Math.max(-4, Math.min(4, logitAt(carried, viewport.x + ((k + 0.5) * viewport.width) / width, y)));
      const past = weight / (1 + now * now);
      data[i] = now + past * (before - now);
    }
  }
  return { ...fresh, data };
}
