/**
 * From a coarse, soft mask to a matte that follows the picture's edges: the colour guided filter (He, Sun, Tang: "Guided Image Filtering", 2010,
 * https://kaiminghe.github.io/eccv10/; its fast form: https://arxiv.org/abs/1505.00996), solved at low resolution and evaluated at full resolution.
 *
 * In every window the mask p is fitted by a linear function of the colour, p ≈ a · I + b. Where the picture has an edge, the fit snaps to it; where
 * the picture is flat, or the mask does not change, a is 0 and b the mask itself. So nothing needs to be masked out far from the object's edge.
 */
import type { Box, Size } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import type { MatteCoefficients } from './layer.js';
import { neighbourhood, sampleMask } from './matte-mask.js';
import { fillFits } from './matte-fill.js';
import { meanOfFits } from './matte-mean.js';
import { slideDown } from './matte-sums.js';
import { BLOCK, FIT_CHANNELS, MOMENTS, blockMoments, fitWindow } from './matte-window.js';

/** The whole frame at low resolution: RGBA, 8 bit, row-major, `height * width * 4`. Made once per frame and shared. */
export type GuideImage = Size & { readonly rgba: Uint8ClampedArray; readonly frame: Size };

export type MatteOptions = {
  /** Half width of the filter's window, guide pixels. How far a wrong mask edge may be from the true one. */
  readonly radius: number;
  /** Colour variance (0..1 squared) below which a window counts as flat. */
  readonly epsilon: number;
  /** Slope of the mask's edge: probability = 0.5 + gain * logit, clamped to 0..1. */
  readonly gain: number;
  /** Contrast of the result around 0.5; 1 leaves the filter's own soft edge. */
  readonly contrast: number;
};

export const DEFAULT_MATTE: MatteOptions = { radius: 6, epsilon: 1e-4, gain: 0.35, contrast: 2.5 };

const EMPTY: MatteCoefficients = {
  data: new Float32Array(4),
  width: 1,
  height: 1,
  viewport: { x: 0, y: 0, width: 0, height: 0 },
};

/**
 * Fits the matte of one mask to the picture. Cells of the result are guide pixels, in the neighbourhood of the object; outside it alpha is 0.
 * An empty mask gives an empty viewport. The result belongs to the caller; scratch memory is kept between calls.
 */
export function solveMatte(
  mask: MaskGrid,
  guide: GuideImage,
  options: MatteOptions = DEFAULT_MATTE,
): MatteCoefficients {
  const blocks = blocksOf(neighbourhood(mask, guide, options));
  const [columns, rows] = [blocks.x1 - blocks.x0, blocks.y1 - blocks.y0];
  if (columns <= 0 || rows <= 0) return EMPTY;
  const cells = { x0: BLOCK * blocks.x0, y0: BLOCK * blocks.y0, x1: BLOCK * blocks.x1, y1: BLOCK * blocks.y1 };
  const [width, height] = [BLOCK * columns, BLOCK * rows];
  const radius = Math.round(options.radius / BLOCK);
  scratch = grown(scratch, columns * rows, columns);
  const { probability, moments, fitted, means, sums } = scratch;
  sampleMask(mask, guide, cells, options.gain, probability);
  blockMoments(guide, blocks, probability, moments);
  fit(moments, blockCounter(guide, blocks), columns, rows, radius, options.epsilon, fitted, sums);
  meanOfFits(fitted, columns, rows, radius, sums, means);
  const data = new Float32Array(width * height * 4);
  fillFits(means, columns, rows, options.contrast, probability, data);
  const [scaleX, scaleY] = [guide.frame.width / guide.width, guide.frame.height / guide.height];
  const viewport = { x: cells.x0 * scaleX, y: cells.y0 * scaleY, width: width * scaleX, height: height * scaleY };
  return { data, width, height, viewport };
}

const blocksOf = ({ x0, y0, x1, y1 }: Box): Box => ({
  x0: Math.floor(x0 / BLOCK),
  y0: Math.floor(y0 / BLOCK),
  x1: Math.ceil(x1 / BLOCK),
  y1: Math.ceil(y1 / BLOCK),
});

/** A window whose mean p is this close to 0 or 1 sees no edge of the mask. */
const SAME = 0.001;

type Scratch = {
  /** Of guide pixels. */
  readonly probability: Float32Array;
  /** Of blocks. */
  readonly moments: Float32Array;
  readonly fitted: Float32Array;
  readonly means: Float32Array;
  /** Of the columns of a window that slides down. */
  readonly sums: Float64Array;
};

const makeScratch = (blocks: number, columns: number): Scratch => ({
  probability: new Float32Array(blocks * BLOCK ** 2),
  moments: new Float32Array(blocks * MOMENTS),
  fitted: new Float32Array(blocks * FIT_CHANNELS),
  means: new Float32Array(blocks * FIT_CHANNELS),
  sums: new Float64Array(columns * MOMENTS),
});

let scratch = makeScratch(1, 1);

function grown(current: Scratch, blocks: number, columns: number): Scratch {
  const fits = current.moments.length >= blocks * MOMENTS && current.sums.length >= columns * MOMENTS;
  return fits ? current : makeScratch(Math.ceil(blocks * 1.25), Math.ceil(columns * 1.25));
}

/** How many guide pixels the blocks of a rectangle hold along each axis, from one block to another: the last ones of a guide may hold fewer. */
type BlockCounter = {
  readonly across: (from: number, to: number) => number;
  readonly down: (from: number, to: number) => number;
};

function blockCounter(guide: Size, { x0, y0 }: Box): BlockCounter {
  const between = (first: number, limit: number) => (from: number, to: number) =>
    Math.min(limit, BLOCK * (first + to)) - Math.min(limit, BLOCK * (first + from));
  return { across: between(x0, guide.width), down: between(y0, guide.height) };
}

/** Fits the window around each block. Fills `fitted` (a.r, a.g, a.b, b for colours in 0..1, and the weight). */
function fit(
  moments: Float32Array,
  { across, down }: BlockCounter,
  width: number,
  height: number,
  radius: number,
  epsilon: number,
  fitted: Float32Array,
  columns: Float64Array,
): void {
  slideDown(moments, width * MOMENTS, height, radius, columns, (y, top, bottom) =>
    fitRow(columns, width, radius, down(top, bottom), across, epsilon * 255 * 255, fitted, y * width * FIT_CHANNELS),
  );
}

const window = new Float64Array(MOMENTS);

/** One row of fits. Only where the window sees an edge of the mask are all its sums kept; elsewhere p alone slides along. */
function fitRow(
  columns: Float64Array,
  width: number,
  radius: number,
  rows: number,
  across: BlockCounter['across'],
  epsilon: number,
  out: Float32Array,
  outAt: number,
): void {
  let p = 0;
  let windowAt = -2;
  for (let x = 0; x < Math.min(radius, width); x++) p += columns[x * MOMENTS]!;
  for (let x = 0, o = outAt; x < width; x++, o += FIT_CHANNELS) {
    const enters = x + radius;
    const leaves = x - radius - 1;
    if (enters < width) p += columns[enters * MOMENTS]!;
    if (leaves >= 0) p -= columns[leaves * MOMENTS]!;
    const count = rows * across(Math.max(0, leaves + 1), Math.min(width, enters + 1));
    if (p < SAME * count || p > (1 - SAME) * count) {
      for (let k = 0; k < FIT_CHANNELS; k++) out[o + k] = 0;
      continue;
    }
    if (windowAt === x - 1) {
      if (enters < width) addColumn(columns, enters, 1);
      if (leaves >= 0) addColumn(columns, leaves, -1);
    } else {
      window.fill(0);
      for (let c = Math.max(0, leaves + 1); c < Math.min(width, enters + 1); c++) addColumn(columns, c, 1);
    }
    windowAt = x;
    fitWindow(window, count, epsilon, out, o);
  }
}

function addColumn(columns: Float64Array, x: number, sign: 1 | -1): void {
  for (let k = 0, c = x * MOMENTS; k < MOMENTS; k++, c++) window[k]! += sign * columns[c]!;
}
