import type { Viewport } from '../shared/geometry.js';
import { sigmoid, type MaskGrid } from '../shared/mask.js';

/** Where the samples of one axis fall between the centres of the grid's cells. `low` is -1 outside the grid's viewport. */
type AxisSamples = { readonly low: Int32Array; readonly high: Int32Array; readonly weight: Float32Array };

/** At most this many samples per axis and cell: enough for a mask of a zoomed view seen again in a view eight times as wide. */
const MAX_SAMPLES = 4;

/** Samples needed so that a small mask in a coarse cell is averaged rather than hit or missed. */
function samplesPerCell(cellExtent: number, gridCellExtent: number): number {
  return Math.min(MAX_SAMPLES, Math.max(1, Math.round(cellExtent / gridCellExtent)));
}

/** `count` samples spread evenly over `from .. from + extent`, in cells of a grid of `cells` over `gridFrom .. gridFrom + gridExtent`. */
function axisSamples(
  count: number,
  from: number,
  extent: number,
  cells: number,
  gridFrom: number,
  gridExtent: number,
): AxisSamples {
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let sample = 0; sample < count; sample++) {
    const position = ((from + ((sample + 0.5) * extent) / count - gridFrom) / gridExtent) * cells;
    if (position < 0 || position >= cells) {
      low[sample] = -1;
      continue;
    }
    const centred = Math.min(cells - 1, Math.max(0, position - 0.5));
    low[sample] = Math.floor(centred);
    high[sample] = Math.min(cells - 1, low[sample]! + 1);
    weight[sample] = centred - low[sample]!;
  }
  return { low, high, weight };
}

function sampleLogit(mask: MaskGrid, x: AxisSamples, y: AxisSamples, column: number, row: number): number {
  const top = y.low[row]! * mask.width;
  const bottom = y.high[row]! * mask.width;
  const left = x.low[column]!;
  const right = x.high[column]!;
  const across = x.weight[column]!;
  const upper = mask.data[top + left]! * (1 - across) + mask.data[top + right]! * across;
  const lower = mask.data[bottom + left]! * (1 - across) + mask.data[bottom + right]! * across;
  return upper + (lower - upper) * y.weight[row]!;
}

/**
 * Lays a mask on another grid: logits are interpolated bilinearly, turned into probabilities, and averaged over each cell of the new grid (the
 * model was trained on masks reduced by area). Outside the mask's own viewport the probability is 0.
 * @param out receives `height * width` probabilities, 0..1, row-major, over `viewport`
 */
export function resampleToProbabilities(
  mask: MaskGrid,
  viewport: Viewport,
  width: number,
  height: number,
  out: Float32Array,
): void {
  const view = mask.viewport;
  const perX = samplesPerCell(viewport.width / width, view.width / mask.width);
  const perY = samplesPerCell(viewport.height / height, view.height / mask.height);
  const x = axisSamples(width * perX, viewport.x, viewport.width, mask.width, view.x, view.width);
  const y = axisSamples(height * perY, viewport.y, viewport.height, mask.height, view.y, view.height);
  const share = 1 / (perX * perY);
  out.fill(0, 0, width * height);
  for (let row = 0; row < height * perY; row++) {
    if (y.low[row]! < 0) continue;
    const outRow = Math.floor(row / perY) * width;
    for (let column = 0; column < width * perX; column++) {
      if (x.low[column]! < 0) continue;
      out[outRow + Math.floor(column / perX)]! += share * sigmoid(sampleLogit(mask, x, y, column, row));
    }
  }
}
