import { describe, expect, it } from 'vitest';
import { alphaAt } from '../../src/render/cutout.js';
import { markOf } from '../../src/render/effects/mark.js';
import { DEFAULT_MATTE, solveMatte, type GuideImage } from '../../src/render/matte.js';
import type { Size, Viewport } from '../../src/shared/geometry.js';
import { logit, type MaskGrid } from '../../src/shared/mask.js';

type Inside = (x: number, y: number) => boolean;
type Colour = readonly [number, number, number];

const FRAME: Size = { width: 320, height: 240 };
const WHOLE: Viewport = { x: 0, y: 0, ...FRAME };
const ORANGE: Colour = [230, 140, 40];
const TEAL: Colour = [20, 90, 110];

/** A slanted ellipse: an edge in every direction. */
const ellipse: Inside = (x, y) => {
  const dx = x - 165;
  const dy = y - 118;
  return ((dx + dy) / 85) ** 2 + ((dx - dy) / 50) ** 2 < 1;
};

/** The frame's colours at half size, each the mean of four pixels. */
function guideOf(colourAt: (x: number, y: number) => Colour): GuideImage {
  const width = FRAME.width / 2;
  const height = FRAME.height / 2;
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const four = [0, 1, 2, 3].map((k) => colourAt(2 * x + (k & 1) + 0.5, 2 * y + (k >> 1) + 0.5));
      for (let c = 0; c < 3; c++) rgba[(y * width + x) * 4 + c] = four.reduce((sum, colour) => sum + colour[c]!, 0) / 4;
    }
  }
  return { rgba, width, height, frame: FRAME };
}

/** The share of each cell that is inside, blurred by `blur` cells on every side, as logits. */
function maskOf(inside: Inside, side: number, blur: number, viewport: Viewport = WHOLE): MaskGrid {
  const share = (column: number, row: number) => {
    let sum = 0;
    for (let j = 0; j < 8; j++) {
      for (let i = 0; i < 8; i++) {
        const x = viewport.x + ((column + (i + 0.5) / 8) / side) * viewport.width;
        const y = viewport.y + ((row + (j + 0.5) / 8) / side) * viewport.height;
        sum += inside(x, y) ? 1 : 0;
      }
    }
    return sum / 64;
  };
  const data = Float32Array.from({ length: side * side }, (_, i) => {
    const values: number[] = [];
    for (let dy = -blur; dy <= blur; dy++) {
      for (let dx = -blur; dx <= blur; dx++) values.push(share((i % side) + dx, Math.floor(i / side) + dy));
    }
    return logit(values.reduce((sum, value) => sum + value, 0) / values.length);
  });
  return { data, width: side, height: side, viewport, timestampUs: 0 };
}

function pixels(value: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: FRAME.width * FRAME.height }, (_, i) =>
    value((i % FRAME.width) + 0.5, Math.floor(i / FRAME.width) + 0.5),
  );
}

const matteOf = (mask: MaskGrid, colourAt: (x: number, y: number) => Colour): Float32Array => {
  const matte = solveMatte(mask, guideOf(colourAt));
  return pixels((x, y) => {
    const [r, g, b] = colourAt(x, y);
    return alphaAt(matte, x, y, r / 255, g / 255, b / 255);
  });
};

/** The mask enlarged without looking at the picture. */
function enlarged(mask: MaskGrid): Float32Array {
  const { viewport, width, height, data } = mask;
  const at = (i: number, j: number) =>
    data[Math.min(height - 1, Math.max(0, j)) * width + Math.min(width - 1, Math.max(0, i))]!;
  return pixels((x, y) => {
    const u = ((x - viewport.x) / viewport.width) * width - 0.5;
    const v = ((y - viewport.y) / viewport.height) * height - 0.5;
    const i = Math.floor(u);
    const j = Math.floor(v);
    const above = at(i, j) + (at(i + 1, j) - at(i, j)) * (u - i);
    const below = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * (u - i);
    return above + (below - above) * (v - j) > 0 ? 1 : 0;
  });
}

function iou(alpha: Float32Array, inside: Inside): number {
  const truth = pixels((x, y) => (inside(x, y) ? 1 : 0));
  let both = 0;
  let either = 0;
  alpha.forEach((value, i) => {
    if (value > 0.5 && truth[i] === 1) both++;
    if (value > 0.5 || truth[i] === 1) either++;
  });
  return both / either;
}

const twoColours = (x: number, y: number): Colour => (ellipse(x, y) ? ORANGE : TEAL);
const flat = (): Colour => [120, 120, 120];

describe('solveMatte', () => {
  it('finds a sharp edge of the picture under a blurred, coarse mask', () => {
    const mask = maskOf(ellipse, 24, 1);
    const plain = iou(enlarged(mask), ellipse);
    const matte = iou(matteOf(mask, twoColours), ellipse);
    expect(plain).toBeLessThan(0.95);
    expect(matte).toBeGreaterThan(0.98);
    expect(1 - matte).toBeLessThan((1 - plain) / 2);
  });

  it('pulls an edge that is off by a few pixels towards where the picture has it', () => {
    const shifted: Inside = (x, y) => ellipse(x - 4, y - 3);
    const mask = maskOf(shifted, 40, 0);
    const plain = iou(enlarged(mask), ellipse);
    const matte = iou(matteOf(mask, twoColours), ellipse);
    expect(1 - matte).toBeLessThan((1 - plain) * 0.75);
  });

  it('is the mask itself where the picture is flat', () => {
    const mask = maskOf(ellipse, 32, 0);
    const plain = enlarged(mask);
    const matte = matteOf(mask, flat);
    const differing = matte.reduce((sum, value, i) => sum + (value > 0.5 !== plain[i]! > 0.5 ? 1 : 0), 0);
    const inside = plain.reduce((sum, value) => sum + value, 0);
    expect(differing / inside).toBeLessThan(0.01);
  });

  it('is whole inside and nothing outside, whatever the picture shows there', () => {
    // A second thing of the object's colour and stripes on the object must not matter away from its edge.
    const busy = (x: number, y: number): Colour => {
      const stripe = Math.floor(x / 7) % 2 === 0;
      return twoColours(x, y) === ORANGE ? (stripe ? ORANGE : TEAL) : x > 270 ? ORANGE : TEAL;
    };
    const matte = matteOf(maskOf(ellipse, 40, 0), busy);
    const reach = 2 * (2 * DEFAULT_MATTE.radius + 1) + 2 * (FRAME.width / 40);
    const deep: Inside = (x, y) => ((x - 165 + y - 118) / 30) ** 2 + ((x - 165 - y + 118) / 12) ** 2 < 1;
    const far: Inside = (x) => x > 270 + reach || x < 165 - 85 - reach;
    const values = { deep: [] as number[], far: [] as number[] };
    pixels((x, y) => {
      const value = matte[Math.floor(y) * FRAME.width + Math.floor(x)]!;
      if (deep(x, y)) values.deep.push(value);
      if (far(x, y)) values.far.push(value);
      return 0;
    });
    expect(values.deep.length).toBeGreaterThan(100);
    expect(values.far.length).toBeGreaterThan(100);
    expect(Math.min(...values.deep)).toBe(1);
    expect(Math.max(...values.far)).toBe(0);
  });

  it('solves only the neighbourhood of the object, inside its viewport and the frame', () => {
    const corner: Inside = (x, y) => x < 40 && y < 40;
    const { viewport, width, height, data } = solveMatte(maskOf(corner, 32, 0), guideOf(flat));
    expect([viewport.x, viewport.y]).toEqual([0, 0]);
    expect(viewport.width).toBeGreaterThan(40);
    expect(viewport.width).toBeLessThan(100);
    expect(data.length).toBe(width * height * 4);
    const zoomed = { x: 100, y: 60, width: 120, height: 120 };
    const inView = solveMatte(maskOf(ellipse, 32, 0, zoomed), guideOf(twoColours)).viewport;
    expect(inView.x).toBeGreaterThanOrEqual(100);
    expect(inView.x + inView.width).toBeLessThanOrEqual(220);
  });

  it('takes a viewport that reaches past the frame', () => {
    const mask = maskOf(ellipse, 48, 0, { x: -40, y: -80, width: 400, height: 400 });
    expect(iou(matteOf(mask, twoColours), ellipse)).toBeGreaterThan(0.98);
  });

  it('takes a picture with an odd number of pixels, to its last one', () => {
    const size = { width: 31, height: 21 };
    const frame = { width: 62, height: 42 };
    // Orange where the mask is, in the bottom right corner, and teal elsewhere.
    const isCorner = (x: number, y: number): boolean => x >= 32 && y >= 22;
    const rgba = Uint8ClampedArray.from({ length: size.width * size.height * 4 }, (_, i) => {
      const [x, y] = [2 * ((i >> 2) % size.width), 2 * Math.floor((i >> 2) / size.width)];
      return i % 4 === 3 ? 255 : (isCorner(x, y) ? ORANGE : TEAL)[i % 4]!;
    });
    const mask = maskOf(isCorner, 31, 0, { x: 0, y: 0, ...frame });
    const matte = solveMatte(mask, { rgba, ...size, frame });
    const alphaOf = (x: number, y: number): number => {
      const [r, g, b] = isCorner(x, y) ? ORANGE : TEAL;
      return alphaAt(matte, x, y, r / 255, g / 255, b / 255);
    };
    expect([alphaOf(61.5, 41.5), alphaOf(33, 23)]).toEqual([1, 1]);
    expect([alphaOf(61.5, 20), alphaOf(30, 41.5), alphaOf(30, 20)]).toEqual([0, 0, 0]);
  });

  it('has an empty viewport for an empty mask', () => {
    const { viewport } = solveMatte(
      maskOf(() => false, 16, 0),
      guideOf(flat),
    );
    expect(viewport.width * viewport.height).toBe(0);
  });

  it('does not depend on what was solved before', () => {
    const mask = maskOf(ellipse, 24, 1);
    const first = solveMatte(mask, guideOf(twoColours));
    solveMatte(
      maskOf(() => true, 16, 0),
      guideOf(flat),
    );
    expect(solveMatte(mask, guideOf(twoColours))).toEqual(first);
  });
});

describe('markOf', () => {
  const highlight = { kind: 'highlight', strength: 0.4 } as const;

  it('fills only what is sure', () => {
    expect(markOf({ look: 'tracking', selected: false }, highlight)).toMatchObject({ fill: 0.4, dash: 0 });
    expect(markOf({ look: 'found', selected: false }, highlight)).toMatchObject({ fill: 0.4, dash: 0 });
    expect(markOf({ look: 'unsure', selected: false }, highlight)).toMatchObject({ fill: 0, opacity: 1 });
    expect(markOf({ look: 'unsure', selected: false }, highlight)?.dash).toBeGreaterThan(0);
    expect(markOf({ look: 'lost', selected: false }, highlight)?.opacity).toBeLessThan(0.5);
    expect(markOf({ look: 'pending', selected: false }, highlight)).toBeNull();
  });

  it('draws nothing but a preview over the picture when objects are not to be marked', () => {
    for (const look of ['tracking', 'found', 'unsure', 'lost'] as const) {
      expect(markOf({ look, selected: true }, { kind: 'none' })).toBeNull();
    }
    expect(markOf({ look: 'preview', selected: false }, { kind: 'none' })).not.toBeNull();
  });

  it('draws a selected object more strongly', () => {
    for (const effect of [highlight, { kind: 'outline', width: 4 } as const]) {
      const plain = markOf({ look: 'tracking', selected: false }, effect);
      const selected = markOf({ look: 'tracking', selected: true }, effect);
      expect(selected?.line).toBeGreaterThan(plain?.line ?? Infinity);
    }
  });
});
