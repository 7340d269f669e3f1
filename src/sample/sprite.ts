import type { Sdf } from './sdf.js';

/** sRGB, each 0..1. */
export type Rgb = readonly [number, number, number];

/** A thing made of clay: a flat shape whose edge is rounded towards the viewer, lit from the upper left. */
export type Solid = {
  readonly shape: Sdf;
  readonly colour: Rgb | ((x: number, y: number) => Rgb);
  /** Over how many units from the edge the surface curves; 0 = flat. */
  readonly bulge: number;
  /** The shape whose edge `bulge` is measured from, where it is not the outline itself: a cup curves to the sides, not to its rim. */
  readonly relief?: Sdf;
  /** Strength of the highlight, 0..1. */
  readonly gloss?: number;
  /** How dark the shadow is that it throws on what lies below it in the same sprite, 0..1. */
  readonly shadow?: number;
  /** 1 = lit like everything else; 0 = its colour as it is. */
  readonly lit?: number;
};

/** A picture with its own coordinates: `texels` is row-major, little-endian RGBA, premultiplied. */
export type Sprite = {
  readonly width: number;
  readonly height: number;
  /** Texels per unit of the drawing. */
  readonly density: number;
  /** Drawing coordinates of the sprite's top left corner. */
  readonly left: number;
  readonly top: number;
  readonly texels: Uint32Array;
};

/** Two texels a unit: the picture is drawn smaller than the sprite at the sample's own size, and still sharp at twice that. */
const DENSITY = 2;

/** Unit vector towards the light: x right, y down, z towards the viewer. */
export const LIGHT = { x: -0.46, y: -0.64, z: 0.615 } as const;
/** Half way between the light and the viewer. */
export const HALFWAY = { x: -0.256, y: -0.356, z: 0.899 } as const;

/** How much light falls on a surface with the unit normal (nx, ny, nz): sky from above, sun from the upper left, some from the table. */
export const lightOn = (nx: number, ny: number, nz: number): number =>
  0.42 - 0.16 * ny + 0.78 * Math.max(0, nx * LIGHT.x + ny * LIGHT.y + nz * LIGHT.z);

export const highlightOn = (nx: number, ny: number, nz: number): number =>
  Math.max(0, nx * HALFWAY.x + ny * HALFWAY.y + nz * HALFWAY.z) ** 40;

/** RGBA of one opaque colour, each 0..1, multiplied by `alpha` and packed little-endian. */
export function packPremultiplied(r: number, g: number, b: number, alpha: number): number {
  const byte = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * alpha * 255);
  return ((Math.round(alpha * 255) << 24) | (byte(b) << 16) | (byte(g) << 8) | byte(r)) >>> 0;
}

/** One texel under construction: straight colour and coverage. */
type Texel = { r: number; g: number; b: number; alpha: number };

function layOn(texel: Texel, solid: Solid, x: number, y: number): void {
  const distance = solid.shape(x, y);
  const edge = 0.5 / DENSITY;
  if (solid.shadow !== undefined && texel.alpha > 0) {
    const reach = Math.min(1, Math.max(0, 0.5 - solid.shape(x - 3, y - 4) / 9));
    const shade = 1 - solid.shadow * reach;
    texel.r *= shade;
    texel.g *= shade;
    texel.b *= shade;
  }
  const coverage = Math.min(1, Math.max(0, (edge - distance) / (2 * edge)));
  if (coverage === 0) return;

  const [r, g, b] = typeof solid.colour === 'function' ? solid.colour(x, y) : solid.colour;
  const light = lightOnSolid(solid, x, y);
  // Light is multiplied in (nearly) linear colour: gamma 2 instead of 2.2.
  const lit = (value: number) => Math.sqrt(value * value * light.diffuse + light.highlight);
  const alpha = coverage + texel.alpha * (1 - coverage);
  const over = (value: number, below: number) => (value * coverage + below * texel.alpha * (1 - coverage)) / alpha;
  texel.r = over(Math.min(1, lit(r)), texel.r);
  texel.g = over(Math.min(1, lit(g)), texel.g);
  texel.b = over(Math.min(1, lit(b)), texel.b);
  texel.alpha = alpha;
}

function lightOnSolid(solid: Solid, x: number, y: number): { diffuse: number; highlight: number } {
  const lit = solid.lit ?? 1;
  if (lit === 0) return { diffuse: 1, highlight: 0 };
  const relief = solid.relief ?? solid.shape;
  const distance = relief(x, y);
  const h = 0.35;
  let gx = relief(x + h, y) - relief(x - h, y);
  let gy = relief(x, y + h) - relief(x, y - h);
  const length = Math.hypot(gx, gy);
  // Quarter circle from the edge inwards: the normal leans outwards by as much as the depth is below the bulge.
  const lean = solid.bulge > 0 ? 0.96 * (1 - Math.min(1, Math.max(0, -distance) / solid.bulge)) : 0;
  const tilt = length > 1e-6 ? lean / length : 0;
  gx *= tilt;
  gy *= tilt;
  const nz = Math.sqrt(Math.max(0, 1 - gx * gx - gy * gy));
  return {
    diffuse: 1 - lit + lit * lightOn(gx, gy, nz),
    highlight: lit * (solid.gloss ?? 0) * highlightOn(gx, gy, nz),
  };
}

/** Draws solids, first one lowest, into a sprite that covers `left..right` by `top..bottom` of their coordinates. */
export function makeSprite(
  area: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  solids: readonly Solid[],
): Sprite {
  const width = Math.ceil((area.right - area.left) * DENSITY);
  const height = Math.ceil((area.bottom - area.top) * DENSITY);
  const texels = new Uint32Array(width * height);
  const texel: Texel = { r: 0, g: 0, b: 0, alpha: 0 };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      texel.r = texel.g = texel.b = texel.alpha = 0;
      const x = area.left + (column + 0.5) / DENSITY;
      const y = area.top + (row + 0.5) / DENSITY;
      for (const solid of solids) layOn(texel, solid, x, y);
      texels[row * width + column] = packPremultiplied(texel.r, texel.g, texel.b, texel.alpha);
    }
  }
  return { width, height, density: DENSITY, left: area.left, top: area.top, texels };
}
