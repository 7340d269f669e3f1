import {
  boxCentre,
  boxHeight,
  boxUnion,
  boxWidth,
  squareViewport,
  viewportAround,
  type Box,
  type Size,
  type Viewport,
} from '../shared/geometry.js';
import { INPUT_STEP } from '../shared/segmentation.js';

/** How much wider than its object a zoomed view is, at least and at most. */
export const VIEW_MARGIN = 1.6;
const WIDEST_MARGIN = 2.2;
/** A mask this old still says where its object is; an older one less and less, so that the view grows, by so much a second. */
const FRESH_US = 130_000;
const GROWTH = 8;
/** The smallest view, frame pixels: below it the picture has no detail left to show. */
export const MIN_VIEW = 48;

/** The margin of a view on an object whose mask is `ageUs` old. */
const marginFor = (ageUs: number): number =>
  Math.min(WIDEST_MARGIN, VIEW_MARGIN + (GROWTH * Math.max(0, ageUs - FRESH_US)) / 1e6);

/** How fast an object may run away, in widths of the frame a second, and for how long: a view on one whose mask is old leaves room for it. */
const RUNS = 0.4;
const RUNS_US = 200_000;

/** A square view on an object whose mask is `ageUs` old. */
export function viewOnOld(box: Box, frame: Size, ageUs: number): Viewport {
  const side = Math.max(boxWidth(box), boxHeight(box));
  const room = 2 * RUNS * frame.width * (Math.min(RUNS_US, Math.max(0, ageUs - FRESH_US)) / 1e6);
  return viewOn(box, frame, Math.max(marginFor(ageUs), 1 + room / Math.max(1, side)));
}

/** A square view on an object, moved into the frame where it fits. Never wider than the frame's longer side. */
export function viewOn(box: Box, frame: Size, margin = VIEW_MARGIN): Viewport {
  const wanted = Math.max(MIN_VIEW, margin * Math.max(boxWidth(box), boxHeight(box)));
  return squareViewport(boxCentre(box), Math.min(wanted, Math.max(frame.width, frame.height)), frame);
}

/** The box, grown around its centre until each side is at least `side`. */
export function atLeast(box: Box, side: number): Box {
  const { x, y } = boxCentre(box);
  const [halfWidth, halfHeight] = [Math.max(side, boxWidth(box)) / 2, Math.max(side, boxHeight(box)) / 2];
  return { x0: x - halfWidth, y0: y - halfHeight, x1: x + halfWidth, y1: y + halfHeight };
}

/** What the model is shown: a part of the frame, and how many pixels it is shown at, multiples of {@link INPUT_STEP}. */
export type Look = { readonly viewport: Viewport; readonly input: Size };

/** Room that a view leaves beside what it holds, at least, as a share of that one's longer side: what {@link VIEW_MARGIN} leaves. */
const LEAST_ROOM = (VIEW_MARGIN - 1) / 2;
/** The shortest side of an input, pixels. */
const LEAST_INPUT = 2 * INPUT_STEP;

/**
 * A square view less what the model need not see: what lies outside the frame, and more room beside what the view `holds` than there is along its longer
 * side. The scale stays, so that what is long costs less to look at, with no less detail. To the nearest step of the input's size.
 * @param longSide of the whole square at the model's input, pixels
 */
export function trimmedLook({ x, y, width: side }: Viewport, holds: Box, frame: Size, longSide: number): Look {
  const most = squareInput(longSide).width;
  const scale = most / side;
  const long = Math.max(boxWidth(holds), boxHeight(holds));
  const room = Math.max(LEAST_ROOM * long, (side - long) / 2);
  const along = (start: number, extent: number, from: number, to: number): { centre: number; pixels: number } => {
    const [first, last] = [Math.max(start, 0, from - room), Math.min(start + side, extent, to + room)];
    const pixels = INPUT_STEP * Math.round((scale * (last - first)) / INPUT_STEP);
    return { centre: (first + last) / 2, pixels: Math.min(most, Math.max(LEAST_INPUT, pixels)) };
  };
  const [column, row] = [along(x, frame.width, holds.x0, holds.x1), along(y, frame.height, holds.y0, holds.y1)];
  const input = { width: column.pixels, height: row.pixels };
  const size = { width: input.width / scale, height: input.height / scale };
  return { viewport: viewportAround({ x: column.centre, y: row.centre }, size, frame), input };
}

/** How many times wider than its smallest object a shared view may be: less detail for each, but one encode for all. */
const SHARED_MARGIN = 3.2;

/** One view on several objects; null when they are too far apart, or too unlike in size, for it to show enough of each. */
export function sharedView(boxes: readonly Box[], frame: Size): Viewport | null {
  const sides = boxes.map((box) => Math.max(boxWidth(box), boxHeight(box)));
  const all = boxes.reduce(boxUnion);
  const side = Math.max(MIN_VIEW, VIEW_MARGIN * Math.max(...sides), 1.2 * Math.max(boxWidth(all), boxHeight(all)));
  if (side > Math.max(MIN_VIEW, SHARED_MARGIN * Math.min(...sides))) return null;
  return squareViewport(boxCentre(all), Math.min(side, Math.max(frame.width, frame.height)), frame);
}

/** The whole frame at the model's input: sides are multiples of 32, the view is grown (padded) to the input's aspect. */
export function wholeView(frame: Size, longSide: number): Look {
  const long = Math.max(frame.width, frame.height);
  const toStep = (side: number): number =>
    INPUT_STEP * Math.max(1, Math.ceil((side / long) * (longSide / INPUT_STEP) - 0.01));
  const input = { width: toStep(frame.width), height: toStep(frame.height) };
  const scale = Math.max(frame.width / input.width, frame.height / input.height);
  const [width, height] = [input.width * scale, input.height * scale];
  return { viewport: { x: (frame.width - width) / 2, y: (frame.height - height) / 2, width, height }, input };
}

export const squareInput = (side: number): Size => {
  const multiple = INPUT_STEP * Math.max(1, Math.floor(side / INPUT_STEP));
  return { width: multiple, height: multiple };
};
