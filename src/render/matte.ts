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
import { meanOfCoefficients } from './matte-mean.js';
import { FIT_CHANNELS, MOMENTS, addMomentRow, fitWindow } from './matte-window.js';

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
  const cells = neighbourhood(mask, guide, options);
  const width = cells.x1 - cells.x0;
  const height = cells.y1 - cells.y0;
  if (width <= 0 || height <= 0) return EMPTY;
  scratch = grown(scratch, width * height, width);
  sampleMask(mask, guide, cells, options.gain, scratch.probability);
  fit(guide, cells, options, scratch);
  const data = new Float32Array(width * height * 4);
  meanOfCoefficients(
    scratch.fitted,
    width,
    height,
    options.radius,
    options.contrast,
    scratch.columns,
    scratch.probability,
    data,
  );
  const scaleX = guide.frame.width / guide.width;
  const scaleY = guide.frame.height / guide.height;
  const viewport = { x: cells.x0 * scaleX, y: cells.y0 * scaleY, width: width * scaleX, height: height * scaleY };
  return { data, width, height, viewport };
}

/** A window whose mean p is this close to 0 or 1 sees no edge of the mask. */
const SAME = 0.001;

type Scratch = {
  readonly probability: Float32Array;
  readonly fitted: Float32Array;
  readonly columns: Float64Array;
};

const makeScratch = (cells: number, width: number): Scratch => ({
  probability: new Float32Array(cells),
  fitted: new Float32Array(cells * FIT_CHANNELS),
  columns: new Float64Array(width * MOMENTS),
});

let scratch = makeScratch(1, 1);

function grown(current: Scratch, cells: number, width: number): Scratch {
  const fits = current.probability.length >= cells && current.columns.length >= width * MOMENTS;
  return fits ? current : makeScratch(Math.ceil(cells * 1.25), Math.ceil(width * 1.25));
}

/** Slides a window over the cells: column sums go down row by row, and their sum goes along each row. Fills `fitted` (a.r, a.g, a.b, b for colours in 0..1). */
function fit(guide: GuideImage, cells: Box, options: MatteOptions, buffers: Scratch): void {
  const { probability, fitted, columns } = buffers;
  const width = cells.x1 - cells.x0;
  const height = cells.y1 - cells.y0;
  const { radius } = options;
  const epsilon = options.epsilon * 255 * 255;
  columns.fill(0, 0, width * MOMENTS);
  const slide = (y: number, sign: 1 | -1) =>
    addMomentRow(
      columns,
      guide.rgba,
      ((cells.y0 + y) * guide.width + cells.x0) * 4,
      probability,
      y * width,
      width,
      sign,
    );
  for (let y = 0; y < Math.min(radius, height); y++) slide(y, 1);
  for (let y = 0; y < height; y++) {
    if (y + radius < height) slide(y + radius, 1);
    if (y > radius) slide(y - radius - 1, -1);
    const rows = Math.min(height, y + radius + 1) - Math.max(0, y - radius);
    fitRow(columns, width, radius, rows, epsilon, fitted, y * width * FIT_CHANNELS);
  }
}

const window = new Float64Array(MOMENTS);

/** One row of fits. Only where the window sees an edge of the mask are all its sums kept; elsewhere p alone slides along. */
function fitRow(
  columns: Float64Array,
  width: number,
  radius: number,
  rows: number,
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
    const count = rows * (Math.min(width, enters + 1) - Math.max(0, leaves + 1));
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
