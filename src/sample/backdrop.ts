import { fbm, hash2, randomStream, smoothstep } from './noise.js';
import { mixPacked, type Surface } from './raster.js';
import { packPremultiplied, type Rgb } from './sprite.js';

/** The scene's own coordinates: 640 x 360 units fill a 16:9 picture when the camera is at rest. */
export const STAGE = { width: 640, height: 360 } as const;
/** Where the table's far edge lies, scene units from the top. */
export const TABLE_EDGE = 234;
/** How far the backdrop reaches past the stage on the left and on the right, scene units. */
export const MARGIN = 72;

export type Backdrop = { readonly width: number; readonly height: number; readonly texels: Uint32Array };

/** What a pan of 1 unit does to something that stands at scene row `y`: far things move less than near ones. */
export const parallax = (y: number): number =>
  y <= TABLE_EDGE ? 0.7 : 0.7 + (0.5 * (y - TABLE_EDGE)) / (STAGE.height - TABLE_EDGE);

/** How large a thing looks that stands at scene row `y` of the table. */
export const nearness = (y: number): number => 0.78 + (0.3 * (y - TABLE_EDGE)) / (STAGE.height - TABLE_EDGE);

/** A garden out of focus behind a wooden table. One texel a unit. */
export function makeBackdrop(seed: number): Backdrop {
  const width = STAGE.width + 2 * MARGIN;
  const height = STAGE.height;
  const discs = bokeh(width, seed);
  const texels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const near = discs.filter((disc) => Math.abs(disc.y - y) < disc.r + 2);
    for (let x = 0; x < width; x++) {
      const [r, g, b] = y < TABLE_EDGE ? garden(x, y, near, seed) : table(x, y, seed);
      // A grain of half a level keeps smooth gradients from banding, as a real sensor's noise does.
      const grain = (hash2(x, y, seed + 900) - 0.5) * 0.022;
      texels[y * width + x] = packPremultiplied(r + grain, g + grain, b + grain, 1);
    }
  }
  return { width, height, texels };
}

type Disc = {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly alpha: number;
  readonly colour: Rgb;
};

const BOKEH_COLOURS: readonly Rgb[] = [
  [1, 0.96, 0.74],
  [0.86, 0.95, 0.62],
  [0.72, 0.88, 0.66],
  [1, 0.86, 0.66],
];

/** Points of light out of focus. */
function bokeh(width: number, seed: number): Disc[] {
  const random = randomStream(seed + 40);
  return Array.from({ length: 58 }, () => {
    const x = random() * width;
    return {
      x,
      y: random() ** 0.8 * (TABLE_EDGE - 20),
      r: 7 + random() * 17,
      alpha: (0.1 + random() * 0.26) * (1.15 - (0.8 * x) / width),
      colour: BOKEH_COLOURS[Math.floor(random() * BOKEH_COLOURS.length)]!,
    };
  });
}

const mixRgb = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

function garden(x: number, y: number, discs: readonly Disc[], seed: number): Rgb {
  const leaves = fbm(x / 74, y / 62, 3, seed);
  const depth = fbm(x / 150 + 9, y / 120, 2, seed + 20);
  const sun = 1 - smoothstep(0, 560, Math.hypot(x - 150, (y - 10) * 1.35));
  let colour = mixRgb([0.13, 0.27, 0.2], [0.4, 0.56, 0.28], smoothstep(0.25, 0.75, leaves));
  colour = mixRgb(colour, [0.1, 0.2, 0.19], 0.55 * smoothstep(0.45, 0.75, depth));
  colour = mixRgb(colour, [0.96, 0.94, 0.7], 0.72 * sun * sun + 0.2 * sun * leaves);
  for (const disc of discs) {
    const distance = Math.hypot(x - disc.x, y - disc.y);
    if (distance > disc.r + 1.5) continue;
    const rim = 0.75 + 0.45 * smoothstep(0.6, 1, distance / disc.r);
    colour = mixRgb(colour, disc.colour, disc.alpha * rim * (1 - smoothstep(disc.r - 1.5, disc.r + 1.5, distance)));
  }
  // The hedge in the shade right behind the table.
  return mixRgb(colour, [0.07, 0.13, 0.11], 0.45 * smoothstep(150, TABLE_EDGE, y));
}

/** Planks that grow wider towards the viewer; grain along them. */
function table(x: number, y: number, seed: number): Rgb {
  const down = (y - TABLE_EDGE) / (STAGE.height - TABLE_EDGE);
  const plankAt = 4.2 * Math.sqrt(down + 0.05);
  const plank = Math.floor(plankAt);
  const across = plankAt - plank;
  const tone = hash2(plank, 3, seed) - 0.5;
  const bend = fbm(x / 190 + plank * 7, across * 1.3 + plank * 3, 2, seed + 60);
  const grain = fbm(x / 70 + plank * 31, across * 9 + bend * 5, 4, seed + 61);
  const fibre = fbm(x / 9, across * 46 + plank * 50, 2, seed + 62);
  let colour = mixRgb([0.5, 0.33, 0.2], [0.76, 0.57, 0.38], smoothstep(0.25, 0.8, grain) + tone * 0.35);
  colour = mixRgb(colour, [0.33, 0.2, 0.12], 0.35 * smoothstep(0.52, 0.8, fibre));
  const seam = Math.min(across, 1 - across) / (0.012 + 0.02 / (1 + 4 * down));
  colour = mixRgb([0.2, 0.12, 0.07], colour, 0.25 + 0.75 * smoothstep(0, 1.6, seam));
  const sun = 1 - smoothstep(60, 720, Math.hypot(x - 120, (y - 210) * 1.6));
  const dapple = smoothstep(0.45, 0.7, fbm(x / 95 + 4, y / 38, 2, seed + 63));
  const light = 0.66 + 0.5 * sun + 0.14 * dapple * sun;
  const edge = y - TABLE_EDGE < 2.5 ? 0.16 : 0;
  return [colour[0] * light + edge, colour[1] * light + edge, colour[2] * light * 0.98 + edge * 0.8];
}

/** How the scene is seen: pan and the surface pixel of a scene point that does not move with the pan. */
export type View = {
  /** Camera position to the right, scene units; |pan| * 1.2 <= {@link MARGIN}. */
  readonly pan: number;
  /** Surface pixels per scene unit. */
  readonly scale: number;
  /** Scene coordinates at the middle of the surface. */
  readonly centreX: number;
  readonly centreY: number;
};

/** Draws the rows of the backdrop from scene row `from` down to `to`; every pixel there is nobody's. */
export function drawBackdrop(surface: Surface, backdrop: Backdrop, view: View, from: number, to: number): void {
  const rowOf = (y: number) => Math.round((y - view.centreY) * view.scale + surface.height / 2);
  const row0 = Math.max(0, rowOf(from));
  const row1 = Math.min(surface.height, rowOf(to));
  const step = 1 / view.scale;
  for (let row = row0; row < row1; row++) {
    const sceneY = (row + 0.5 - surface.height / 2) * step + view.centreY;
    const v = Math.min(to - 1, Math.max(from, sceneY - 0.5));
    const upper = Math.floor(v) * backdrop.width;
    const lower = Math.min(backdrop.height - 1, Math.floor(v) + 1, to - 1) * backdrop.width;
    const weightV = ((v - Math.floor(v)) * 256) | 0;
    let u = (0.5 - surface.width / 2) * step + view.centreX + view.pan * parallax(sceneY) + MARGIN - 0.5;
    for (let at = row * surface.width, end = at + surface.width; at < end; at++, u += step) {
      const iu = Math.min(backdrop.width - 2, Math.max(0, Math.floor(u)));
      const weightU = Math.min(256, Math.max(0, (u - iu) * 256)) | 0;
      const { texels } = backdrop;
      const above = mixPacked(texels[upper + iu]!, texels[upper + iu + 1]!, weightU);
      surface.pixels[at] =
        weightV === 0
          ? above
          : mixPacked(above, mixPacked(texels[lower + iu]!, texels[lower + iu + 1]!, weightU), weightV);
    }
  }
  surface.ids.fill(0, row0 * surface.width, row1 * surface.width);
}
