import { fbm } from './noise.js';
import { band, blend, circle, cut, ellipse, limb, roundBox, within } from './sdf.js';
import { makeSprite, type Rgb, type Solid, type Sprite } from './sprite.js';

/** A drawn figure behind the table. Coordinates of body and head: origin on the table's edge under the neck, y up is negative. */
export type PersonSprites = {
  readonly body: Sprite;
  /** Turns around {@link NECK}. */
  readonly head: Sprite;
  /** Origin at the elbow; hangs upwards. */
  readonly forearm: Sprite;
};

export const NECK = { x: 0, y: -88 } as const;
export const ELBOW = { x: 87, y: -26 } as const;

const SKIN: Rgb = [0.89, 0.68, 0.55];
const HAIR: Rgb = [0.24, 0.15, 0.11];

const knit = (x: number, y: number): Rgb => {
  const rib = 0.94 + 0.06 * Math.sin(x * 1.9) * Math.sin(y * 2.3);
  const stripe = Math.abs(y + 50) < 5.5 || Math.abs(y + 34) < 3;
  const [r, g, b] = stripe ? [0.93, 0.88, 0.78] : [0.2, 0.31, 0.5];
  return [r * rib, g * rib, b * rib];
};

const sleeve = (x: number, y: number): Rgb => {
  const rib = 0.93 + 0.07 * Math.sin(x * 1.9 + y) * Math.sin(y * 2.3);
  return [0.2 * rib, 0.31 * rib, 0.5 * rib];
};

const strands = (x: number, y: number): Rgb => {
  const tone = 0.75 + 0.75 * fbm(x / 2.2, y / 26, 3, 7);
  return [HAIR[0] * tone, HAIR[1] * tone, HAIR[2] * tone];
};

/** Skin with a little colour in the cheeks. */
const face = (x: number, y: number): Rgb => {
  const cheek = Math.exp(-((Math.abs(x) - 17) ** 2 + (y + 120) ** 2) / 60);
  return [SKIN[0], SKIN[1] - 0.09 * cheek, SKIN[2] - 0.07 * cheek];
};

const faceShape = blend(14, ellipse(0, -138, 28, 28), ellipse(0, -119, 21, 25));

const body: readonly Solid[] = [
  { shape: limb(-58, -60, -84, -14, 17, 14), colour: sleeve, bulge: 15 },
  { shape: limb(-84, -14, -42, 6, 14, 11), colour: sleeve, bulge: 12 },
  { shape: limb(58, -60, ELBOW.x, ELBOW.y, 17, 14), colour: sleeve, bulge: 15 },
  {
    shape: blend(16, roundBox(0, 0, 56, 66, 26), limb(-46, -62, 46, -62, 17)),
    relief: blend(30, ellipse(0, 10, 62, 110), limb(-44, -54, 44, -54, 30)),
    colour: knit,
    bulge: 40,
    shadow: 0.35,
  },
  { shape: ellipse(0, -79, 23, 10), colour: [0.16, 0.25, 0.42], bulge: 8, shadow: 0.2 },
  { shape: limb(0, -104, 0, -82, 13, 14), colour: [0.8, 0.58, 0.46], bulge: 13 },
];

const eye = (x: number, outwards: 1 | -1): Solid[] => {
  const white = ellipse(x, -135.5, 6, 4.4);
  const brow = blend(
    2,
    limb(x - 6 * outwards, -146.6, x + outwards, -147.8, 1.3),
    limb(x + outwards, -147.8, x + 7 * outwards, -145, 1.3, 0.8),
  );
  return [
    { shape: white, colour: [0.97, 0.96, 0.94], bulge: 0, lit: 0.3, shadow: 0.12 },
    { shape: within(circle(x, -135.8, 3.5), white), colour: [0.32, 0.21, 0.13], bulge: 0, lit: 0.3 },
    { shape: circle(x, -135.8, 1.7), colour: [0.05, 0.04, 0.04], bulge: 0, lit: 0 },
    { shape: circle(x - 1.1, -137.2, 1), colour: [1, 1, 1], bulge: 0, lit: 0 },
    { shape: within(band(white, 0.8), (_, y) => y + 137), colour: [0.2, 0.12, 0.09], bulge: 0, lit: 0.3 },
    { shape: brow, colour: HAIR, bulge: 0, lit: 0.7 },
  ];
};

const smile = cut(circle(0, -123.5, 12.5), circle(0, -129, 14.5));

const head: readonly Solid[] = [
  {
    shape: blend(10, ellipse(0, -144, 36, 34), limb(-28, -136, -29, -100, 11, 9), limb(28, -136, 29, -100, 11, 9)),
    colour: strands,
    bulge: 12,
    gloss: 0.1,
  },
  { shape: limb(0, -104, 0, -98, 12), colour: [0.76, 0.54, 0.42], bulge: 9 },
  { shape: faceShape, colour: face, bulge: 24, shadow: 0.3 },
  ...eye(-11.5, -1),
  ...eye(11.5, 1),
  {
    shape: blend(2, limb(0, -132, 0, -124, 1.8, 3), ellipse(0, -122.5, 4.6, 2.8)),
    colour: face,
    bulge: 3.2,
    shadow: 0.08,
  },
  { shape: smile, colour: [0.72, 0.3, 0.28], bulge: 0, lit: 0.8 },
  {
    shape: within(cut(ellipse(0, -148, 34, 29), ellipse(7, -128, 32, 27)), (x, y) => faceShape(x, y) - 8),
    colour: strands,
    bulge: 7,
    gloss: 0.12,
    shadow: 0.35,
  },
];

const finger = (x0: number, y0: number, x1: number, y1: number): Solid => ({
  shape: limb(x0, y0, x1, y1, 3.6, 3),
  colour: SKIN,
  bulge: 3.2,
  shadow: 0.12,
});

const forearm: readonly Solid[] = [
  finger(5, -64, 0, -80),
  finger(9, -66, 8, -85),
  finger(13, -65, 16, -83),
  finger(16, -62, 23, -77),
  {
    shape: blend(5, ellipse(10, -59, 9.5, 11), limb(3, -58, -7, -66, 4, 3.2), limb(8, -56, 7, -44, 7)),
    colour: SKIN,
    bulge: 7,
  },
  { shape: limb(0, 0, 7, -43, 14, 11.5), colour: sleeve, bulge: 12, shadow: 0.2 },
  { shape: roundBox(7.5, -45, 11.5, 4, 3), colour: [0.93, 0.88, 0.78], bulge: 4 },
];

export function makePerson(): PersonSprites {
  return {
    body: makeSprite({ left: -108, top: -112, right: 108, bottom: 40 }, body),
    head: makeSprite({ left: -46, top: -186, right: 46, bottom: -82 }, head),
    forearm: makeSprite({ left: -18, top: -94, right: 34, bottom: 18 }, forearm),
  };
}
