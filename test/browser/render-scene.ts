/** A red square on blue, its exact matte, and ways to look at what was drawn of it. */
import { afterEach, expect } from 'vitest';
import { createCompositor, type Compositor, type RenderOptions } from '../../src/render/compositor.js';
import type { Layer, MatteCoefficients } from '../../src/render/layer.js';
import type { Effects } from '../../src/shared/effects.js';
import type { Problem } from '../../src/shared/errors.js';
import type { Size } from '../../src/shared/geometry.js';

export const FRAME: Size = { width: 160, height: 120 };
export const RED = [200, 40, 30] as const;
export const BLUE = [20, 60, 210] as const;
/** The object: a square of RED on BLUE. */
export const SQUARE = { x: 40, y: 30, width: 60, height: 50 };

export type Rgba = readonly [number, number, number, number];

/** Closed after each test. */
export const opened: { close(): void }[] = [];
const compositors: Compositor[] = [];

afterEach(() => {
  for (const compositor of compositors.splice(0)) compositor.dispose();
  for (const frame of opened.splice(0)) frame.close();
});

const css = (colour: readonly number[]) => `rgb(${colour.join(' ')})`;

/** Closed after the test. */
export function drawnFrame(size: Size = FRAME, squares: readonly (typeof SQUARE)[] = [SQUARE]): VideoFrame {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = css(BLUE);
  context.fillRect(0, 0, size.width, size.height);
  context.fillStyle = css(RED);
  for (const s of squares) context.fillRect(s.x, s.y, s.width, s.height);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  opened.push(frame);
  return frame;
}

/** alpha = a · red + b: 1 on RED, 0 on BLUE, over the square and 10 pixels around it. */
export function redMatte(square = SQUARE): MatteCoefficients {
  const a = 255 / (RED[0] - BLUE[0]);
  const b = -(a * BLUE[0]) / 255;
  const cells = Array.from({ length: 12 }, () => [a, 0, 0, b]).flat();
  return {
    data: Float32Array.from(cells),
    width: 4,
    height: 3,
    viewport: { x: square.x - 10, y: square.y - 10, width: square.width + 20, height: square.height + 20 },
  };
}

export const layerOf = (overrides: Partial<Layer> = {}): Layer => ({
  id: 1,
  matte: redMatte(),
  colour: '#00ff00',
  look: 'tracking',
  selected: false,
  ...overrides,
});

export const effects = (background: Effects['background'], object: Effects['object'] = { kind: 'none' }): Effects => ({
  background,
  object,
});

/** A compositor on a canvas of its own, disposed after the test. */
export function open(onContext?: (problem: Problem | null) => void) {
  const canvas = new OffscreenCanvas(1, 1);
  const made = createCompositor(canvas, onContext);
  if (!made.ok) throw new Error(made.problem.what);
  compositors.push(made.value);
  return { canvas, compositor: made.value };
}

/** Pixels of the canvas exactly as drawn (premultiplied), row 0 on top. */
export function pixelsOf(canvas: OffscreenCanvas): (x: number, y: number) => Rgba {
  const gl = canvas.getContext('webgl2')!;
  const { width, height } = canvas;
  const data = new Uint8Array(width * height * 4);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
  return (x, y) => {
    const i = ((height - 1 - y) * width + x) * 4;
    return [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
  };
}

/** One pixel of a 2D canvas, not premultiplied. */
export function pixelOf(context: OffscreenCanvasRenderingContext2D, x: number, y: number): Rgba {
  const { data } = context.getImageData(x, y, 1, 1);
  return [data[0]!, data[1]!, data[2]!, data[3]!];
}

export function expectColour(actual: Rgba, expected: readonly number[], tolerance = 2): void {
  const [r, g, b, a = 255] = expected;
  const wanted = [r, g, b, a];
  const off = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]!)));
  expect(off, `${actual.join(',')} instead of ${wanted.join(',')}`).toBeLessThanOrEqual(tolerance);
}

/** Renders one frame and gives its pixels. */
export function shown(
  layers: readonly Layer[],
  background: Effects['background'],
  object: Effects['object'] = { kind: 'none' },
  options: RenderOptions = { compare: false },
) {
  const { canvas, compositor } = open();
  expect(compositor.render(drawnFrame(), layers, effects(background, object), options)).toBe(true);
  return pixelsOf(canvas);
}

export const INSIDE = [70, 55] as const;
export const OUTSIDE = [10, 10] as const;
/** Outside, in the viewport of the matte. */
export const NEAR = [105, 55] as const;
export const KEEP = { kind: 'keep' } as const;
