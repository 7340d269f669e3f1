import type { Size } from '../shared/geometry.js';
import { highlightOn, lightOn, type Rgb, type Sprite } from './sprite.js';

/** A picture being drawn, and whose every pixel is. `pixels` and `rgba` are the same memory (little-endian). */
export type Surface = Size & {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly pixels: Uint32Array;
  readonly ids: Uint8Array<ArrayBuffer>;
};

/** (x, y) -> (a x + c y + e, b x + d y + f) */
export type Affine = {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
};

/** Where something stands in its parent's coordinates; angle in radians, clockwise on screen. */
export type Pose = {
  readonly x: number;
  readonly y: number;
  readonly angle?: number;
  readonly scaleX?: number;
  readonly scaleY?: number;
};

export function makeSurface({ width, height }: Size): Surface {
  const rgba = new Uint8ClampedArray(width * height * 4);
  return { width, height, rgba, pixels: new Uint32Array(rgba.buffer), ids: new Uint8Array(width * height) };
}

/** The transform of something that stands at `pose` inside `parent`. */
export function placed(parent: Affine, pose: Pose): Affine {
  const { x, y, angle = 0, scaleX = 1, scaleY = 1 } = pose;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return {
    a: (parent.a * cos + parent.c * sin) * scaleX,
    b: (parent.b * cos + parent.d * sin) * scaleX,
    c: (parent.c * cos - parent.a * sin) * scaleY,
    d: (parent.d * cos - parent.b * sin) * scaleY,
    e: parent.a * x + parent.c * y + parent.e,
    f: parent.b * x + parent.d * y + parent.f,
  };
}

/** Mixes two packed pixels, all four channels; `weight` of the second 0..256. */
export function mixPacked(first: number, second: number, weight: number): number {
  const rest = 256 - weight;
  const redBlue = (Math.imul(first & 0xff00ff, rest) + Math.imul(second & 0xff00ff, weight)) >>> 8;
  const greenAlpha = Math.imul((first >>> 8) & 0xff00ff, rest) + Math.imul((second >>> 8) & 0xff00ff, weight);
  return (redBlue & 0xff00ff) | (greenAlpha & 0xff00ff00);
}

/** Lays premultiplied `source` over an opaque pixel. */
function over(source: number, below: number): number {
  const alpha = source >>> 24;
  const rest = 256 - alpha - (alpha >>> 7);
  const redBlue = (Math.imul(below & 0xff00ff, rest) >>> 8) & 0xff00ff;
  const greenAlpha = Math.imul((below >>> 8) & 0xff00ff, rest) & 0xff00ff00;
  return (source + (redBlue | greenAlpha)) | 0xff000000;
}

/** The pixels that a rectangle of drawing coordinates touches. */
function touched(surface: Size, m: Affine, left: number, top: number, right: number, bottom: number) {
  const xs = [m.a * left + m.c * top, m.a * right + m.c * top, m.a * left + m.c * bottom, m.a * right + m.c * bottom];
  const ys = [m.b * left + m.d * top, m.b * right + m.d * top, m.b * left + m.d * bottom, m.b * right + m.d * bottom];
  return {
    x0: Math.max(0, Math.floor(Math.min(...xs) + m.e)),
    x1: Math.min(surface.width, Math.ceil(Math.max(...xs) + m.e)),
    y0: Math.max(0, Math.floor(Math.min(...ys) + m.f)),
    y1: Math.min(surface.height, Math.ceil(Math.max(...ys) + m.f)),
  };
}

/** Draws a sprite with bilinear sampling. Pixels that it covers by half or more become `id`'s. */
export function drawSprite(surface: Surface, sprite: Sprite, transform: Affine, id: number): void {
  const { width, height, density, left, top, texels } = sprite;
  const box = touched(surface, transform, left, top, left + width / density, top + height / density);
  const determinant = transform.a * transform.d - transform.b * transform.c;
  if (Math.abs(determinant) < 1e-9) return;
  const scale = density / determinant;
  const stepU = transform.d * scale;
  const stepV = -transform.b * scale;
  for (let y = box.y0; y < box.y1; y++) {
    const dx = box.x0 + 0.5 - transform.e;
    const dy = y + 0.5 - transform.f;
    let u = (transform.d * dx - transform.c * dy) * scale - left * density - 0.5;
    let v = (transform.a * dy - transform.b * dx) * scale - top * density - 0.5;
    for (let x = box.x0, at = y * surface.width + box.x0; x < box.x1; x++, at++, u += stepU, v += stepV) {
      const iu = Math.floor(u);
      const iv = Math.floor(v);
      if (iu < 0 || iv < 0 || iu + 1 >= width || iv + 1 >= height) continue;
      const tap = iv * width + iu;
      const wu = ((u - iu) * 256) | 0;
      const upper = mixPacked(texels[tap]!, texels[tap + 1]!, wu);
      const lower = mixPacked(texels[tap + width]!, texels[tap + width + 1]!, wu);
      const source = mixPacked(upper, lower, ((v - iv) * 256) | 0);
      if (source >>> 24 === 0) continue;
      surface.pixels[at] = over(source, surface.pixels[at]!);
      if (source >>> 24 >= 128) surface.ids[at] = id;
    }
  }
}

/**
 * Draws a ball of radius 1 (in `transform`'s coordinates) that is lit from where the sprites are lit, however it has turned.
 * @param skin colour of the point of the unit sphere that was at (x, y, z) before the ball turned
 * @param turn how far it has rolled, radians clockwise
 */
export function drawBall(
  surface: Surface,
  skin: (x: number, y: number, z: number) => Rgb,
  transform: Affine,
  turn: number,
  id: number,
): void {
  const box = touched(surface, transform, -1.1, -1.1, 1.1, 1.1);
  const radius = Math.sqrt(Math.abs(transform.a * transform.d - transform.b * transform.c));
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0, at = y * surface.width + box.x0; x < box.x1; x++, at++) {
      const nx = (x + 0.5 - transform.e) / transform.a;
      const ny = (y + 0.5 - transform.f) / transform.d;
      const distance = Math.hypot(nx, ny);
      const coverage = Math.min(1, Math.max(0, (1 - distance) * radius + 0.5));
      if (coverage === 0) continue;
      const nz = Math.sqrt(Math.max(0.01, 1 - distance * distance));
      const [r, g, b] = skin(nx * cos + ny * sin, ny * cos - nx * sin, nz);
      const light = lightOn(nx, ny, nz);
      const shine = 0.5 * highlightOn(nx, ny, nz);
      const byte = (value: number) => Math.min(255, (Math.sqrt(value * value * light + shine) * 255 + 0.5) | 0);
      const source = 0xff000000 | (byte(b) << 16) | (byte(g) << 8) | byte(r);
      surface.pixels[at] = mixPacked(surface.pixels[at]!, source, (coverage * 256) | 0) | 0xff000000;
      if (coverage >= 0.5) surface.ids[at] = id;
    }
  }
}

/** A soft dark ellipse of radii (rx, ry) around (x, y), surface pixels; `strength` 0..1. It belongs to whatever it falls on. */
export function drawShadow(surface: Surface, x: number, y: number, rx: number, ry: number, strength: number): void {
  const y0 = Math.max(0, Math.floor(y - ry));
  const y1 = Math.min(surface.height, Math.ceil(y + ry));
  const x0 = Math.max(0, Math.floor(x - rx));
  const x1 = Math.min(surface.width, Math.ceil(x + rx));
  for (let row = y0; row < y1; row++) {
    const v = (row + 0.5 - y) / ry;
    for (let column = x0, at = row * surface.width + x0; column < x1; column++, at++) {
      const u = (column + 0.5 - x) / rx;
      const inside = 1 - u * u - v * v;
      if (inside <= 0) continue;
      const black = 0xff000000;
      surface.pixels[at] = mixPacked(surface.pixels[at]!, black, (inside * inside * strength * 256) | 0) | black;
    }
  }
}
