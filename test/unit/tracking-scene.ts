import type { Size } from '../../src/shared/geometry.js';
import type { Candidate, MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import type { LumaImage } from '../../src/tracking/luma.js';
import type { PlanContext } from '../../src/tracking/plan.js';
import { newTrackFromMask, type Track } from '../../src/tracking/tracker.js';

export const FRAME: Size = { width: 640, height: 480 };

/** A fixed random number 0..1 for every lattice point. */
function lattice(x: number, y: number): number {
  let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

function noise(x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const ease = (t: number): number => t * t * (3 - 2 * t);
  const [fx, fy] = [ease(x - x0), ease(y - y0)];
  const upper = lattice(x0, y0) * (1 - fx) + lattice(x0 + 1, y0) * fx;
  const lower = lattice(x0, y0 + 1) * (1 - fx) + lattice(x0 + 1, y0 + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** Texture of every scale down to 10 pixels, without a period, 0..255, defined everywhere. */
export const texture = (x: number, y: number): number =>
  255 * (0.4 * noise(x / 80, y / 80) + 0.35 * noise(x / 30 + 50, y / 30) + 0.25 * noise(x / 10, y / 10 + 50));

/** A luma image of FRAME (half its size) whose value at a frame point is `shade(x, y)`. */
export function lumaWhere(shade: (x: number, y: number) => number, timestampUs: number): LumaImage {
  const [width, height] = [320, 240];
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++)
    data[i] = Math.round(shade(((i % width) + 0.5) * 2, (Math.floor(i / width) + 0.5) * 2));
  return { data, width, height, frame: FRAME, timestampUs };
}

/** A mask of `cells` x `cells` over the square view from (x, y) whose logit at a frame point is `logit(x, y)`. */
export function maskWhere(
  logit: (x: number, y: number) => number,
  view: { x: number; y: number; side: number },
  timestampUs = 0,
  cells = 64,
): MaskGrid {
  const data = new Float32Array(cells * cells);
  for (let i = 0; i < data.length; i++) {
    const x = view.x + (((i % cells) + 0.5) * view.side) / cells;
    const y = view.y + ((Math.floor(i / cells) + 0.5) * view.side) / cells;
    data[i] = logit(x, y);
  }
  return {
    data,
    width: cells,
    height: cells,
    viewport: { x: view.x, y: view.y, width: view.side, height: view.side },
    timestampUs,
  };
}

/** Logit of a disc with a soft edge. */
export const disc =
  (cx: number, cy: number, radius: number) =>
  (x: number, y: number): number =>
    Math.max(-6, Math.min(6, (radius - Math.hypot(x - cx, y - cy)) / 2));

export const discMask = (cx: number, cy: number, radius: number, timestampUs = 0): MaskGrid =>
  maskWhere(disc(cx, cy, radius), { x: cx - 1.6 * radius, y: cy - 1.6 * radius, side: 3.2 * radius }, timestampUs);

/** Appearance of the whole frame on a 40 x 30 grid: two channels for each kind of thing; `kind` says which is where. */
export function featuresWhere(kind: (x: number, y: number) => number, timestampUs = 0): FeatureMap {
  const [width, height, channels] = [40, 30, 4];
  const data = new Float32Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    data[kind(((i % width) + 0.5) * 16, (Math.floor(i / width) + 0.5) * 16) * width * height + i] = 1;
  }
  const colours = new Float32Array(2 * width * height).fill(1 / 3);
  return { data, colours, channels, width, height, viewport: { x: 0, y: 0, ...FRAME }, timestampUs };
}
export const within = (x: number, y: number, cx: number, cy: number, radius: number): boolean =>
  Math.hypot(x - cx, y - cy) < radius;
export const redAt = (cx: number, cy: number, timestampUs = 0): FeatureMap =>
  featuresWhere((x, y) => (within(x, y, cx, cy, 44) ? 1 : 0), timestampUs);

/** The same picture in light that is redder by `red`. */
export const redder = (map: FeatureMap, red: number, timestampUs: number): FeatureMap => {
  const cells = map.width * map.height;
  return { ...map, timestampUs, colours: map.colours.map((share, i) => (i < cells ? share + red : share)) };
};

export const STEP_US = 40_000;
/** What the planner is told about a frame of the scene. */
export const contextAt = (nowUs: number, carry: PlanContext['carry']): PlanContext => ({
  frame: FRAME,
  nowUs,
  maxInputSize: 256,
  carry,
  promptableReady: true,
  peopleReady: false,
});

export const answer = (score: number, mask: MaskGrid): Candidate => ({ mask, score });

/** The red disc at (300, 240), followed from its mask. */
export const tracked = (): Track => newTrackFromMask(1, discMask(300, 240, 40), redAt(300, 240));
