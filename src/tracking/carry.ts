import { clampBox, type Box, type Size, type Viewport } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import { blurred } from './blur.js';
import { insideArea, logitAt, maskShape, OUTSIDE_LOGIT, partsOf } from './mask-geometry.js';
import type { FlowField } from './motion.js';

/** A cell below this logit cannot become an edge by interpolation: the carried viewport need not hold it. */
const NEAR_LOGIT = -4;

/** How much a mask may grow on the way before it is asked whether something is in it twice, and the share of the best match below which a match is the double. */
const GROWN = 1.15;
const CLEARLY = 0.7;

/** Every so many cells of the flow, in both directions, are asked where they came from. */
const LANDING_STEP = 2;

/**
 * The mask as it is on the frame of the flow's `toUs`: its logits fetched from where each cell was. The viewport moves and grows with the object; cells keep
 * their size.
 * @param flow backward flow from there to the mask's own (`flow.fromUs === mask.timestampUs`)
 * @returns a mask with `timestampUs = flow.toUs`
 */
export function carryMask(mask: MaskGrid, flow: FlowField): MaskGrid {
  if (flow.fromUs === flow.toUs) return { ...mask, timestampUs: flow.toUs };
  const carried = carriedAlong(mask, flow);
  if (insideArea(carried) <= GROWN * insideArea(mask)) return carried;
  const single = withoutDoubles(mask, flow);
  return single === flow ? carried : carriedAlong(mask, single);
}

/** Where the motion must be measured to carry a mask: the box of its main parts, or when it is carried roughly each of its parts. Frame pixels at its own time. */
export const regionsOf = (mask: MaskGrid, detail?: 'rough'): Box[] =>
  (detail === 'rough' ? partsOf(mask) : [mask]).flatMap((part) => maskShape(part)?.box ?? []);

function carriedAlong(mask: MaskGrid, flow: FlowField): MaskGrid {
  const box = landingBox(mask, flow);
  const grid = carriedGrid(mask, box ?? mask.viewport, flow.frame);
  const { width, height, viewport } = grid;
  const data = new Float32Array(width * height);
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) {
      const x = viewport.x + ((k + 0.5) * viewport.width) / width;
      data[i] = fetchLogit(mask, flow, x, y);
    }
  }
  return { data, width, height, viewport, timestampUs: flow.toUs };
}

/**
 * The flow without what comes from a place of the mask from which something else comes that matches clearly better: beside one of two equal things the
 * other, where it comes into view, seems to have been there as well.
 */
function withoutDoubles(mask: MaskGrid, flow: FlowField): FlowField {
  const { width, height, frame, dx, dy } = flow;
  const [cellX, cellY] = [frame.width / width, frame.height / height];
  const matched = blurred(flow.confidence, width, height, 2);
  const source = new Int32Array(width * height).fill(-1);
  const best = new Float32Array(width * height);
  for (let j = 0, i = 0; j < height; j++) {
    for (let k = 0; k < width; k++, i++) {
      if (flow.confidence[i] === 0) continue;
      const [x, y] = [(k + 0.5) * cellX + dx[i]!, (j + 0.5) * cellY + dy[i]!];
      const [u, v] = [Math.floor(x / cellX), Math.floor(y / cellY)];
      if (u < 0 || v < 0 || u >= width || v >= height || logitAt(mask, x, y) <= 0) continue;
      source[i] = v * width + u;
      best[source[i]!] = Math.max(best[source[i]!]!, matched[i]!);
    }
  }
  const isDouble = (i: number): boolean => source[i]! >= 0 && matched[i]! < CLEARLY * best[source[i]!]!;
  if (!source.some((_, i) => isDouble(i))) return flow;
  return { ...flow, confidence: flow.confidence.map((value, i) => (isDouble(i) ? 0 : value)) };
}

/** Bilinear flow at a frame point, then the old logit there. */
function fetchLogit(mask: MaskGrid, flow: FlowField, x: number, y: number): number {
  const gx = Math.min(flow.width - 1, Math.max(0, (x / flow.frame.width) * flow.width - 0.5));
  const gy = Math.min(flow.height - 1, Math.max(0, (y / flow.frame.height) * flow.height - 0.5));
  const x0 = Math.min(flow.width - 2, Math.floor(gx));
  const y0 = Math.min(flow.height - 2, Math.floor(gy));
  const fx = gx - x0;
  const fy = gy - y0;
  let dx = 0;
  let dy = 0;
  let total = 0;
  for (let n = 0; n < 4; n++) {
    const i = (y0 + (n >> 1)) * flow.width + x0 + (n & 1);
    if (flow.confidence[i] === 0) continue;
    const w = ((n & 1) === 1 ? fx : 1 - fx) * (n >> 1 === 1 ? fy : 1 - fy) + 1e-6;
    dx += w * flow.dx[i]!;
    dy += w * flow.dy[i]!;
    total += w;
  }
  return total === 0 ? OUTSIDE_LOGIT : logitAt(mask, x + dx / total, y + dy / total);
}

/** Where cells now lie whose picture came from near the object; null when nothing did. */
function landingBox(mask: MaskGrid, flow: FlowField): Box | null {
  const cellX = flow.frame.width / flow.width;
  const cellY = flow.frame.height / flow.height;
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = LANDING_STEP + 0.5;
  for (let j = 0; j < flow.height; j += LANDING_STEP) {
    for (let k = 0, i = j * flow.width; k < flow.width; k += LANDING_STEP, i += LANDING_STEP) {
      if (flow.confidence[i] === 0) continue;
      const x = (k + 0.5) * cellX;
      const y = (j + 0.5) * cellY;
      if (logitAt(mask, x + flow.dx[i]!, y + flow.dy[i]!) < NEAR_LOGIT) continue;
      x0 = Math.min(x0, x - reach * cellX);
      y0 = Math.min(y0, y - reach * cellY);
      x1 = Math.max(x1, x + reach * cellX);
      y1 = Math.max(y1, y + reach * cellY);
    }
  }
  return x0 < x1 ? { x0, y0, x1, y1 } : null;
}

/** A grid over the box with the mask's cell size, or coarser ones where there would be too many. */
function carriedGrid(
  mask: MaskGrid,
  box: Box | Viewport,
  frame: Size,
): { width: number; height: number; viewport: Viewport } {
  const b =
    'x0' in box ? clampBox(box, frame) : { x0: box.x, y0: box.y, x1: box.x + box.width, y1: box.y + box.height };
  const cellX = mask.viewport.width / mask.width;
  const cellY = mask.viewport.height / mask.height;
  const width = Math.min(160, Math.max(4, Math.ceil((b.x1 - b.x0) / cellX)));
  const height = Math.min(160, Math.max(4, Math.ceil((b.y1 - b.y0) / cellY)));
  const [w, h] = [Math.max(b.x1 - b.x0, width * cellX), Math.max(b.y1 - b.y0, height * cellY)];
  return { width, height, viewport: { x: b.x0, y: b.y0, width: w, height: h } };
}
