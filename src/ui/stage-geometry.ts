import { containFit, type Box, type Point, type Size } from '../shared/geometry.js';

/** How a frame lies on the stage: letterboxed, and mirrored where the source is. Container in CSS pixels. */
export type StageView = { readonly content: Size; readonly container: Size; readonly mirrored: boolean };

/** Where the picture lies on the stage, CSS pixels. */
export function pictureRect({ content, container }: StageView): {
  x: number;
  y: number;
  width: number;
  height: number;
} {
  const { x, y, scale } = containFit(content, container);
  return { x, y, width: content.width * scale, height: content.height * scale };
}

/** The frame point under a stage point; outside the frame where the stage point is outside the picture. */
export function toFrame(view: StageView, stage: Point): Point {
  const { x, y, scale } = containFit(view.content, view.container);
  const across = (stage.x - x) / scale;
  return { x: view.mirrored ? view.content.width - across : across, y: (stage.y - y) / scale };
}

/** Inverse of {@link toFrame}. */
export function toStage(view: StageView, frame: Point): Point {
  const { x, y, scale } = containFit(view.content, view.container);
  const across = view.mirrored ? view.content.width - frame.x : frame.x;
  return { x: x + across * scale, y: y + frame.y * scale };
}

export const isInFrame = ({ content }: StageView, { x, y }: Point): boolean =>
  x >= 0 && y >= 0 && x < content.width && y < content.height;

/** The nearest point that names a pixel of the frame. */
export function clampPoint({ x, y }: Point, frame: Size): Point {
  return { x: Math.min(frame.width - 1, Math.max(0, x)), y: Math.min(frame.height - 1, Math.max(0, y)) };
}

/** A frame box as drawn on the stage. */
export function boxOnStage(view: StageView, box: Box): { x: number; y: number; width: number; height: number } {
  const a = toStage(view, { x: box.x0, y: box.y0 });
  const b = toStage(view, { x: box.x1, y: box.y1 });
  return { x: Math.min(a.x, b.x), y: a.y, width: Math.abs(b.x - a.x), height: b.y - a.y };
}
