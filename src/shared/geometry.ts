/**
 * Plain geometry. Unless a name says otherwise, coordinates are **frame pixels**: origin at the top left corner of the frame
 * (not of its first pixel's centre), x to the right, y down, as the camera saw it (never mirrored).
 */

export type Point = { readonly x: number; readonly y: number };

/** Half-open axis-aligned box, `x0 <= x < x1`, frame pixels. */
export type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

export type Size = { readonly width: number; readonly height: number };

/** The rectangle of a frame that the model looks at, frame pixels. It may reach past the frame; what lies outside is padded. */
export type Viewport = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const boxWidth = (box: Box): number => box.x1 - box.x0;
export const boxHeight = (box: Box): number => box.y1 - box.y0;
export const boxCentre = (box: Box): Point => ({ x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2 });
/** Whether a point lies in a box; the far edges are outside. */
export const boxContains = (box: Box, { x, y }: Point): boolean =>
  x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;

/** The box of two corners given in any order. */
export function boxFromCorners(a: Point, b: Point): Box {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) };
}

export function boxUnion(a: Box, b: Box): Box {
  return { x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) };
}

/** The part of `box` inside the frame; empty (zero width or height) when there is none. */
export function clampBox(box: Box, frame: Size): Box {
  const clampX = (x: number) => Math.min(frame.width, Math.max(0, x));
  const clampY = (y: number) => Math.min(frame.height, Math.max(0, y));
  return { x0: clampX(box.x0), y0: clampY(box.y0), x1: clampX(box.x1), y1: clampY(box.y1) };
}

/** Intersection over union of two boxes, 0..1; 0 when both are empty. */
export function boxIou(a: Box, b: Box): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  const intersection = Math.max(0, width) * Math.max(0, height);
  const union = boxWidth(a) * boxHeight(a) + boxWidth(b) * boxHeight(b) - intersection;
  return union > 0 ? intersection / union : 0;
}

export const wholeFrame = (frame: Size): Viewport => ({ x: 0, y: 0, width: frame.width, height: frame.height });

/** A square viewport of side `side` around `centre`, moved (not shrunk) to lie inside the frame where it fits. */
export const squareViewport = (centre: Point, side: number, frame: Size): Viewport =>
  viewportAround(centre, { width: side, height: side }, frame);

/** A viewport around a point, moved into the frame along each axis on which it fits, and in the middle of the frame on any other. */
export function viewportAround(centre: Point, { width, height }: Size, frame: Size): Viewport {
  const place = (c: number, side: number, extent: number) =>
    side >= extent ? (extent - side) / 2 : Math.min(extent - side, Math.max(0, c - side / 2));
  return { x: place(centre.x, width, frame.width), y: place(centre.y, height, frame.height), width, height };
}

/**
 * Where a picture of `content` size lies inside an element of `container` size under `object-fit: contain`, container pixels.
 * @returns the offset of the picture's top left corner and the scale from content to container pixels.
 */
export function containFit(content: Size, container: Size): { x: number; y: number; scale: number } {
  const scale = Math.min(container.width / content.width, container.height / content.height);
  return {
    x: (container.width - content.width * scale) / 2,
    y: (container.height - content.height * scale) / 2,
    scale,
  };
}
