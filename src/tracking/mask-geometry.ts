import type { Box, Point, Size } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';

/** Logit read outside a mask's viewport, where nothing is claimed: certainly background. */
export const OUTSIDE_LOGIT = -8;

/** The parts of a mask that are the object: the largest component and every one close to it. */
export type MaskShape = {
  /** 1 inside a main part, `height * width` of the mask's grid. */
  readonly inside: Uint8Array;
  /** Frame pixels squared. */
  readonly area: number;
  readonly box: Box;
  /** The centroid, or the deepest interior point where the centroid falls outside. Frame pixels. */
  readonly anchor: Point;
  /** The interior point farthest from any edge of the mask. Frame pixels. */
  readonly deepest: Point;
};

/** Logit of a pixel in a mask that somebody vouches for. */
const GIVEN_LOGIT = 6;

/** A mask given as one byte a pixel of the whole frame, 128 and more inside, as logits. */
export function gridOfAlpha(alpha: Uint8Array, frame: Size, timestampUs: number): MaskGrid {
  const data = Float32Array.from(alpha, (value) => (value >= 128 ? GIVEN_LOGIT : -GIVEN_LOGIT));
  return { data, ...frame, viewport: { x: 0, y: 0, ...frame }, timestampUs };
}

const cellSize = (mask: MaskGrid): Point => ({
  x: mask.viewport.width / mask.width,
  y: mask.viewport.height / mask.height,
});

/** A mask is not changed once it is made, and many ask for its shape. */
const shapes = new WeakMap<MaskGrid, MaskShape | null>();

/** Shape of what is inside (logit > 0); null when nothing is. */
export function maskShape(mask: MaskGrid): MaskShape | null {
  const known = shapes.get(mask);
  if (known !== undefined) return known;
  const shape = shapeOf(mask);
  shapes.set(mask, shape);
  return shape;
}

function shapeOf(mask: MaskGrid): MaskShape | null {
  const inside = mainParts(mask);
  if (inside === null) return null;
  let count = 0;
  let [sumX, sumY] = [0, 0];
  let [x0, y0, x1, y1] = [mask.width, mask.height, 0, 0];
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    const x = i % mask.width;
    const y = (i - x) / mask.width;
    count++;
    sumX += x;
    sumY += y;
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x + 1);
    y1 = Math.max(y1, y + 1);
  }
  const cell = cellSize(mask);
  const toFrame = (x: number, y: number): Point => ({
    x: mask.viewport.x + x * cell.x,
    y: mask.viewport.y + y * cell.y,
  });
  const [topLeft, bottomRight] = [toFrame(x0, y0), toFrame(x1, y1)];
  const deep = deepestCell(inside, mask.width, mask.height);
  const deepest = toFrame((deep % mask.width) + 0.5, Math.floor(deep / mask.width) + 0.5);
  const centroidInside = inside[Math.round(sumY / count) * mask.width + Math.round(sumX / count)] === 1;
  return {
    inside,
    area: count * cell.x * cell.y,
    box: { x0: topLeft.x, y0: topLeft.y, x1: bottomRight.x, y1: bottomRight.y },
    anchor: centroidInside ? toFrame(sumX / count + 0.5, sumY / count + 0.5) : deepest,
    deepest,
  };
}

/** How far from the largest part another may lie: a share of the side of a square as large as the largest part, and one of a square as large as itself. */
const NEAR = 0.12;
const NEAR_OWN = 0.4;

/** 1 in the largest component and in those close to it (an object seen past a pole is in two parts); null when nothing is inside. */
function mainParts(mask: MaskGrid): Uint8Array | null {
  const { labels, areas } = labelComponents(mask);
  if (areas.length === 0) return null;
  const largest = areas.indexOf(Math.max(...areas)) + 1;
  const main = new Uint8Array(labels.length);
  for (let i = 0; i < main.length; i++) main[i] = labels[i] === largest ? 1 : 0;
  if (areas.length === 1) return main;
  const side = Math.sqrt(areas[largest - 1]!);
  const reach = areas.map((area) => 3 * Math.max(2, NEAR * side + NEAR_OWN * Math.sqrt(area)));
  const away = distanceTo(main, mask.width, mask.height);
  const near = new Uint8Array(areas.length + 1);
  for (let i = 0; i < main.length; i++) if (labels[i] !== 0 && away[i]! <= reach[labels[i]! - 1]!) near[labels[i]!] = 1;
  for (let i = 0; i < main.length; i++) if (labels[i] !== 0 && near[labels[i]!] === 1) main[i] = 1;
  return main;
}

/** The mask without the parts that are not the object: what is far from its largest part is turned outside. */
export function withoutStrays(mask: MaskGrid): MaskGrid {
  const main = mainParts(mask);
  if (main === null || mask.data.every((value, i) => value <= 0 || main[i] === 1)) return mask;
  return { ...mask, data: mask.data.map((value, i) => (value > 0 && main[i] === 0 ? -value : value)) };
}

/** 4-connected components of the cells inside; labels from 1, `areas[label - 1]` in cells. */
export function labelComponents(mask: Pick<MaskGrid, 'data' | 'width' | 'height'>): {
  labels: Int32Array;
  areas: number[];
} {
  const { data, width, height } = mask;
  const labels = new Int32Array(data.length);
  const areas: number[] = [];
  const stack = new Int32Array(data.length);
  const last = (height - 1) * width;
  let label = 0;
  let top = 0;
  const take = (i: number): void => {
    if (data[i]! <= 0 || labels[i] !== 0) return;
    labels[i] = label;
    stack[top++] = i;
  };
  for (let start = 0; start < data.length; start++) {
    if (data[start]! <= 0 || labels[start] !== 0) continue;
    label++;
    let area = 0;
    take(start);
    while (top > 0) {
      const i = stack[--top]!;
      area++;
      const x = i % width;
      if (x > 0) take(i - 1);
      if (x < width - 1) take(i + 1);
      if (i >= width) take(i - width);
      if (i < last) take(i + width);
    }
    areas.push(area);
  }
  return { labels, areas };
}

/** As with {@link shapes}: the parts of one mask are asked for several times a keyframe, and each part's shape is kept with it. */
const parts = new WeakMap<MaskGrid, readonly MaskGrid[]>();

/** Every component of a mask as a mask of its own. */
export function partsOf(mask: MaskGrid): readonly MaskGrid[] {
  const known = parts.get(mask);
  if (known !== undefined) return known;
  const { labels, areas } = labelComponents(mask);
  const split = areas.map((_, at) => ({
    ...mask,
    data: mask.data.map((value, i) => (value > 0 && labels[i] !== at + 1 ? -value : value)),
  }));
  parts.set(mask, split);
  return split;
}

/** Distance of every cell to the nearest marked one, in thirds of a cell (two-pass 3-4 chamfer distance, Borgefors 1986). */
export function distanceTo(marked: Uint8Array, width: number, height: number): Int32Array {
  const far = 1 << 20;
  const distance = new Int32Array(marked.length);
  /** The nearest of the row at `from` (the one before in the direction of the pass) and of the cell passed last. */
  const relax = (x: number, i: number, from: number, step: 1 | -1, d: number): number => {
    const behind = x - step;
    const ahead = x + step;
    let best = d;
    if (behind >= 0 && behind < width) best = Math.min(best, distance[i - step]! + 3);
    if (from < 0 || from >= distance.length) return best;
    best = Math.min(best, distance[from]! + 3);
    if (behind >= 0 && behind < width) best = Math.min(best, distance[from - step]! + 4);
    if (ahead >= 0 && ahead < width) best = Math.min(best, distance[from + step]! + 4);
    return best;
  };
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) distance[i] = relax(x, i, i - width, 1, marked[i] === 1 ? 0 : far);
  for (let y = height - 1, i = distance.length - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--, i--) distance[i] = relax(x, i, i + width, -1, distance[i]!);
  return distance;
}

/** How far a frame point lies from the nearest place inside the mask, frame pixels, to within a cell; infinite outside the viewport or when nothing is inside. */
export function distanceFrom(mask: MaskGrid): (x: number, y: number) => number {
  const { data, width, height, viewport } = mask;
  const inside = Uint8Array.from(data, (value) => (value > 0 ? 1 : 0));
  if (!inside.includes(1)) return () => Infinity;
  const thirds = distanceTo(inside, width, height);
  const cell = cellSize(mask);
  return (x, y) => {
    const [column, row] = [Math.floor((x - viewport.x) / cell.x), Math.floor((y - viewport.y) / cell.y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return Infinity;
    return (thirds[row * width + column]! / 3) * cell.x;
  };
}

/** Index of the inside cell farthest from the outside (two-pass 3-4 chamfer distance, Borgefors 1986); the grid's edge counts as outside. */
function deepestCell(inside: Uint8Array, width: number, height: number): number {
  const stride = width + 2;
  const distance = new Int32Array(stride * (height + 2));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (inside[y * width + x] === 0) continue;
      const i = (y + 1) * stride + x + 1;
      distance[i] = Math.min(
        distance[i - 1]! + 3,
        distance[i - stride]! + 3,
        distance[i - stride - 1]! + 4,
        distance[i - stride + 1]! + 4,
      );
    }
  }
  let best = 0;
  let bestDistance = -1;
  for (let y = height; y >= 1; y--) {
    for (let x = width; x >= 1; x--) {
      const i = y * stride + x;
      if (distance[i] === 0) continue;
      const d = Math.min(
        distance[i]!,
        distance[i + 1]! + 3,
        distance[i + stride]! + 3,
        distance[i + stride + 1]! + 4,
        distance[i + stride - 1]! + 4,
      );
      distance[i] = d;
      if (d > bestDistance) {
        bestDistance = d;
        best = (y - 1) * width + x - 1;
      }
    }
  }
  return best;
}

/** The mask's logit at a frame point, bilinear between cell centres; {@link OUTSIDE_LOGIT} outside the viewport. */
export function logitAt(mask: MaskGrid, x: number, y: number): number {
  const { data, width, height, viewport } = mask;
  const u = ((x - viewport.x) / viewport.width) * width;
  const v = ((y - viewport.y) / viewport.height) * height;
  if (u < 0 || v < 0 || u > width || v > height) return OUTSIDE_LOGIT;
  const gx = Math.min(width - 1, Math.max(0, u - 0.5));
  const gy = Math.min(height - 1, Math.max(0, v - 0.5));
  const x0 = Math.min(width - 2, Math.floor(gx));
  const y0 = Math.min(height - 2, Math.floor(gy));
  const fx = gx - x0;
  const fy = gy - y0;
  const i = y0 * width + x0;
  const upper = data[i]! + (data[i + 1]! - data[i]!) * fx;
  const lower = data[i + width]! + (data[i + width + 1]! - data[i + width]!) * fx;
  return upper + (lower - upper) * fy;
}

/** The same mask read on another grid. */
export function resampleMask(mask: MaskGrid, grid: Pick<MaskGrid, 'width' | 'height' | 'viewport'>): MaskGrid {
  const { width, height, viewport } = grid;
  const data = new Float32Array(width * height);
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) data[i] = logitAt(mask, viewport.x + ((k + 0.5) * viewport.width) / width, y);
  }
  return { data, width, height, viewport, timestampUs: mask.timestampUs };
}

/** Intersection over union of what two masks call inside, 0..1, in frame area; 0 when both are empty. Their frames should be the same. */
export function maskIou(a: MaskGrid, b: MaskGrid): number {
  const areaA = insideArea(a);
  const areaB = insideArea(b);
  const cell = cellSize(a);
  let both = 0;
  for (let j = 0, i = 0; j < a.height; j++) {
    for (let k = 0; k < a.width; k++, i++) {
      if (a.data[i]! > 0 && logitAt(b, a.viewport.x + (k + 0.5) * cell.x, a.viewport.y + (j + 0.5) * cell.y) > 0)
        both++;
    }
  }
  const intersection = Math.min(both * cell.x * cell.y, areaA, areaB);
  const union = areaA + areaB - intersection;
  return union > 0 ? intersection / union : 0;
}

/** What two masks both call inside, as a share of the smaller one, 0..1. */
export function overlapOfSmaller(a: MaskGrid, b: MaskGrid): number {
  const [areaA, areaB] = [insideArea(a), insideArea(b)];
  const smaller = Math.min(areaA, areaB);
  if (smaller === 0) return 0;
  const iou = maskIou(a, b);
  return (iou * (areaA + areaB)) / ((1 + iou) * smaller);
}

/** Area inside, frame pixels squared. */
export function insideArea(mask: MaskGrid): number {
  let count = 0;
  for (const value of mask.data) if (value > 0) count++;
  const cell = cellSize(mask);
  return count * cell.x * cell.y;
}
