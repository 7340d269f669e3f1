import type { Size } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import { rasterise } from './grid.js';
import { jaccard } from './region.js';

/** An object on one frame: the mask shown and the truth. */
export type Pair = { readonly mask: MaskGrid; readonly truth: MaskGrid };

/** How much of the object changed from one frame to the next beyond the motion of the picture, 0..1: of the mask shown, and of the truth. */
export type Change = { readonly mask: number; readonly truth: number };

/**
 * @param carry brings a mask of the frame before to this one; null when the motion between them is not known
 * @returns null when there is nothing to compare
 */
export function changeBetween(
  before: Pair,
  now: Pair,
  carry: (mask: MaskGrid) => MaskGrid | null,
  frame: Size,
): Change | null {
  const [mask, truth] = [carry(before.mask), carry(before.truth)];
  if (mask === null || truth === null) return null;
  const changed = (moved: MaskGrid, shown: MaskGrid): number =>
    1 - jaccard(rasterise(moved, frame), rasterise(shown, frame));
  return { mask: changed(mask, now.mask), truth: changed(truth, now.truth) };
}

/** How much the mask flickers: its change over the truth's, 1 when it is as calm as the truth; null when nothing was compared. */
export function flickerOf(changes: readonly Change[]): number | null {
  const truth = changes.reduce((sum, change) => sum + change.truth, 0);
  return truth === 0 ? null : changes.reduce((sum, change) => sum + change.mask, 0) / truth;
}
