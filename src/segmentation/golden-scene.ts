import type { PixelView } from '../shared/frame.js';
import type { MaskGrid } from '../shared/mask.js';
import type { ObjectPrompt } from '../shared/segmentation.js';

/**
 * The picture and prompts of the self-check. Integer arithmetic only, so that every browser draws the same bytes; not square, and shown through a
 * viewport that is neither at the origin nor at scale 1, so that swapped axes and wrong scales are caught as well.
 */
const WIDTH = 192;
const HEIGHT = 160;
const VIEWPORT = { x: 40, y: 30, width: 384, height: 320 };

const DISC = { x: 66, y: 84, radius: 44 };
const PLATE = { x0: 96, y0: 28, x1: 160, y1: 118 };

const insideDisc = (x: number, y: number): boolean => (x - DISC.x) ** 2 + (y - DISC.y) ** 2 < DISC.radius ** 2;
const insidePlate = (x: number, y: number): boolean => x >= PLATE.x0 && x < PLATE.x1 && y >= PLATE.y0 && y < PLATE.y1;

/** Repeatable grain, 0..31. */
const grain = (x: number, y: number): number => ((x * 7919 + y * 104729 + x * y * 31) >> 3) & 31;

/**
 * A striped plate in front of a speckled disc on chequered ground, all of like brightness: hard enough that small errors anywhere in the model move
 * its masks.
 */
function colourAt(x: number, y: number): readonly [number, number, number] {
  const noise = grain(x, y);
  if (insidePlate(x, y)) return [84 + ((x >> 3) & 1) * 44 + noise, 118 + noise, 92 + noise];
  if (insideDisc(x, y)) return [150 - (y >> 1) + noise + ((x >> 2) & (y >> 2) & 1) * 40, 96 + noise, 80 + noise];
  return [86 + (x >> 3) + noise, 92 + (y >> 3) + (((x >> 4) ^ (y >> 4)) & 1) * 26 + noise, 100 + noise];
}

export function goldenView(): PixelView {
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) rgba.set([...colourAt(x, y), 255], (y * WIDTH + x) * 4);
  }
  return { rgba, width: WIDTH, height: HEIGHT, viewport: VIEWPORT, timestampUs: 0 };
}

const toFrameX = (x: number): number => VIEWPORT.x + (x * VIEWPORT.width) / WIDTH;
const toFrameY = (y: number): number => VIEWPORT.y + (y * VIEWPORT.height) / HEIGHT;

/** A rough mask of the plate on a coarse grid of its own. */
function plateMask(): MaskGrid {
  const width = 24;
  const height = 20;
  const data = Float32Array.from({ length: width * height }, (_cell, index) =>
    insidePlate((index % width) * 8 + 4, Math.floor(index / width) * 8 + 4) ? 4 : -4,
  );
  return { data, width, height, viewport: VIEWPORT, timestampUs: 0 };
}

/** Three objects in one batch: the disc by an inside and an outside point, the plate by its box and a mask, and one tap that could mean anything. */
export function goldenPrompts(): readonly ObjectPrompt[] {
  const none = { points: [], box: null, mask: null, target: null, distractor: null };
  const disc = { x: toFrameX(50), y: toFrameY(DISC.y), inside: true };
  const plate = { x: toFrameX(130), y: toFrameY(72), inside: false };
  const box = { x0: toFrameX(PLATE.x0), y0: toFrameY(PLATE.y0), x1: toFrameX(PLATE.x1), y1: toFrameY(PLATE.y1) };
  return [
    { ...none, points: [disc, plate] },
    { ...none, box, mask: plateMask() },
    { ...none, points: [{ x: toFrameX(100), y: toFrameY(70), inside: true }] },
  ];
}
