import type { Box } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import type { GuideImage, MatteOptions } from './matte.js';

/** For each column of the guide: the mask's column to its left, and the weight of the next one. Kept between calls. */
let sampleIndex = new Int32Array(0);
let sampleWeight = new Float32Array(0);

/** Guide pixels that the object, its soft edge and the filter's reach can touch: whole numbers, inside the viewport and the frame. */
export function neighbourhood(mask: MaskGrid, guide: GuideImage, options: MatteOptions): Box {
  const found = occupied(mask, -0.5 / options.gain);
  if (found === null) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  const { viewport } = mask;
  const perX = guide.width / guide.frame.width;
  const perY = guide.height / guide.frame.height;
  const cellX = (viewport.width / mask.width) * perX;
  const cellY = (viewport.height / mask.height) * perY;
  const left = viewport.x * perX;
  const top = viewport.y * perY;
  const reach = 2 * options.radius;
  return {
    x0: Math.max(0, Math.round(left), Math.floor(left + (found.x0 - 1) * cellX) - reach),
    y0: Math.max(0, Math.round(top), Math.floor(top + (found.y0 - 1) * cellY) - reach),
    x1: Math.min(
      guide.width,
      Math.round(left + viewport.width * perX),
      Math.ceil(left + (found.x1 + 1) * cellX) + reach,
    ),
    y1: Math.min(
      guide.height,
      Math.round(top + viewport.height * perY),
      Math.ceil(top + (found.y1 + 1) * cellY) + reach,
    ),
  };
}

/** Half-open range of mask cells with a logit above `floor`, or null. */
function occupied(mask: MaskGrid, floor: number): Box | null {
  let x0 = mask.width;
  let x1 = 0;
  let y0 = mask.height;
  let y1 = 0;
  for (let y = 0; y < mask.height; y++) {
    const row = y * mask.width;
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[row + x]! <= floor) continue;
      if (x < x0) x0 = x;
      if (x >= x1) x1 = x + 1;
      if (y < y0) y0 = y;
      y1 = y + 1;
    }
  }
  return x1 > x0 ? { x0, y0, x1, y1 } : null;
}

/** The mask at the centres of the guide's pixels: bilinear in logits, which keeps the place of the edge between cells, then made a probability. */
export function sampleMask(mask: MaskGrid, guide: GuideImage, cells: Box, gain: number, out: Float32Array): void {
  const width = cells.x1 - cells.x0;
  if (sampleIndex.length < width) {
    sampleIndex = new Int32Array(width);
    sampleWeight = new Float32Array(width);
  }
  const stepX = (guide.frame.width / guide.width) * (mask.width / mask.viewport.width);
  const stepY = (guide.frame.height / guide.height) * (mask.height / mask.viewport.height);
  const startX = -mask.viewport.x * (mask.width / mask.viewport.width) - 0.5;
  const startY = -mask.viewport.y * (mask.height / mask.viewport.height) - 0.5;
  const place = (at: number, last: number) => Math.min(last, Math.max(0, at));
  for (let i = 0; i < width; i++) {
    const at = place((cells.x0 + i + 0.5) * stepX + startX, mask.width - 1);
    const index = Math.min(Math.floor(at), mask.width - 2);
    sampleIndex[i] = index;
    sampleWeight[i] = at - index;
  }
  const { data } = mask;
  for (let y = cells.y0, o = 0; y < cells.y1; y++) {
    const at = place((y + 0.5) * stepY + startY, mask.height - 1);
    const index = Math.min(Math.floor(at), mask.height - 2);
    const weight = at - index;
    const upper = index * mask.width;
    const lower = upper + mask.width;
    for (let i = 0; i < width; i++, o++) {
      const x = sampleIndex[i]!;
      const w = sampleWeight[i]!;
      const above = data[upper + x]! + (data[upper + x + 1]! - data[upper + x]!) * w;
      const below = data[lower + x]! + (data[lower + x + 1]! - data[lower + x]!) * w;
      const p = 0.5 + gain * (above + (below - above) * weight);
      out[o] = p < 0 ? 0 : p > 1 ? 1 : p;
    }
  }
}
