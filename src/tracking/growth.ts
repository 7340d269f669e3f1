import type { MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { evidenceMap, type AppearanceModel } from './appearance.js';
import { resampleMask } from './mask-geometry.js';

/** Logit in the carried mask below which a place was clearly not the object a moment ago. */
const WAS_OUTSIDE = 0;
/** Share of the mask that must be new before it is looked into. */
const NOTABLE = 0.01;
/** Log ratio below which a place looks like what is around the object, not like the object. */
const ALIEN = -1.5;

/**
 * The mask without what it has just grown over although it looks like the surroundings: a mask that leaks onto the ground would take it for the object
 * from then on. Parts that come into view look like neither, and stay.
 * @param carried the mask before, on the same frame
 */
export function withoutLeak(
  mask: MaskGrid,
  carried: MaskGrid | null,
  map: FeatureMap | null,
  models: readonly AppearanceModel[],
): MaskGrid {
  if (carried === null || map === null || models.length === 0) return mask;
  const before = resampleMask(carried, mask).data;
  let [inside, grown] = [0, 0];
  const isNew = (i: number): boolean => mask.data[i]! > 0 && before[i]! < WAS_OUTSIDE;
  for (let i = 0; i < before.length; i++) {
    if (mask.data[i]! > 0) inside++;
    if (isNew(i)) grown++;
  }
  if (grown <= NOTABLE * inside) return mask;
  const evidence = resampleMask({ ...map, data: evidenceMap(map, models) }, mask).data;
  const data = mask.data.map((logit, i) => (isNew(i) && evidence[i]! < ALIEN ? before[i]! : logit));
  return { ...mask, data };
}
