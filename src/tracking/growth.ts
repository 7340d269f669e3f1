import type { Box, Point, Size } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { evidenceMap, type AppearanceModel } from './appearance.js';
import { insideArea, maskIou, maskShape, resampleMask } from './mask-geometry.js';
import type { Track } from './track.js';

/** Logit in the carried mask below which a place was clearly not the object a moment ago. */
const WAS_OUTSIDE = 0;
/** Share of the mask that must be new before it is looked into. */
const NOTABLE = 0.01;
/** How many times what an object usually covers, and what it covered a moment ago, an answer covers that has something else in it; least share of what is new. */
const GREW = 1.3;
const GREW_NOW = 1.1;
const NEW = 0.1;
/** Score from which an answer without it is good. */
const GOOD = 0.5;
/** How near to the frame's edge, as a share of its longer side, an object is cut off by it. */
const EDGE = 0.01;
/** Log ratio below which a place looks like what is around the object, not like the object. */
const ALIEN = -1.5;

/**
 * The mask without what it has just grown over although it looks like the surroundings: a mask that leaks onto the ground would take it for the object
 * from then on. Parts that come into view look like neither, and stay.
 * @param carried the mask before, on the same frame
 * @param looked how the object and what was around it looked: on the tapped frame, as what has been learned since may hold a leak already, unless it has turned
 */
export function withoutLeak(
  mask: MaskGrid,
  carried: MaskGrid | null,
  map: FeatureMap | null,
  looked: AppearanceModel | null,
): MaskGrid {
  if (carried === null || map === null || looked === null) return mask;
  const before = resampleMask(carried, mask).data;
  let [inside, grown] = [0, 0];
  const isNew = (i: number): boolean => mask.data[i]! > 0 && before[i]! < WAS_OUTSIDE;
  for (let i = 0; i < before.length; i++) {
    if (mask.data[i]! > 0) inside++;
    if (isNew(i)) grown++;
  }
  if (grown <= NOTABLE * inside) return mask;
  const evidence = resampleMask({ ...map, data: evidenceMap(map, [looked]) }, mask).data;
  const data = mask.data.map((logit, i) => (isNew(i) && evidence[i]! < ALIEN ? before[i]! : logit));
  return { ...mask, data };
}

/**
 * The deepest place of what an answer covers newly, when it has grown so much at once that it has probably taken in something else; null when it has not. An
 * object in doubt, or cut off by the frame's edge, may well grow. Frame pixels.
 */
export function grownPart(track: Track, carried: MaskGrid | null, mask: MaskGrid, frame: Size): Point | null {
  const { usualArea, box, state } = track;
  if (carried === null || usualArea === 0 || state === 'unsure' || (box !== null && isCutOff(box, frame))) return null;
  const area = insideArea(mask);
  if (area < GREW * usualArea || area < GREW_NOW * insideArea(carried)) return null;
  const before = resampleMask(carried, mask).data;
  const grown = maskShape({ ...mask, data: mask.data.map((logit, i) => (before[i]! > 0 ? -Math.abs(logit) : logit)) });
  return grown === null || grown.area < NEW * area ? null : grown.deepest;
}

/** Whether an answer to the same prompt, less what it had grown by, is the better one. */
export function isBetterLess(less: Candidate, chosen: Candidate, carried: MaskGrid): boolean {
  return (
    less.score >= GOOD &&
    insideArea(less.mask) < insideArea(chosen.mask) &&
    maskIou(less.mask, carried) > maskIou(chosen.mask, carried)
  );
}

/** Whether an object reaches the frame's edge, within a cell of a mask or so. */
export function isCutOff({ x0, y0, x1, y1 }: Box, { width, height }: Size): boolean {
  const edge = EDGE * Math.max(width, height);
  return x0 < edge || y0 < edge || x1 > width - edge || y1 > height - edge;
}
