import { fbm, smoothstep } from './noise.js';
import { band, blend, circle, cut, ellipse, limb, roundBox, taper, within } from './sdf.js';
import { makeSprite, type Rgb, type Solid, type Sprite } from './sprite.js';

// All toys: origin where they touch the table, y up is negative, one unit is one unit of the scene.

const WHITE: Rgb = [0.95, 0.94, 0.9];
const scaled = ([r, g, b]: Rgb, by: number): Rgb => [r * by, g * by, b * by];

/** White with blue rings that follow the cup's round. */
const glaze = (x: number, y: number): Rgb => {
  const height = y + 0.0052 * x * x;
  const ring = Math.abs(height + 49) < 5 || Math.abs(height + 33) < 5 || Math.abs(height + 17) < 5;
  const side = 1 - 0.16 * Math.abs(x / 29) ** 3;
  return scaled(ring ? [0.16, 0.35, 0.62] : WHITE, side * (0.97 + 0.03 * fbm(x / 8, y / 8, 2, 3)));
};

export function makeMug(): Sprite {
  const cup = blend(3, taper(0, -62, 29, -1, 25, 9), ellipse(0, -61, 29, 7));
  const handle = band(ellipse(32, -33, 14, 17), 4.2);
  return makeSprite({ left: -34, top: -72, right: 56, bottom: 4 }, [
    { shape: handle, colour: [0.16, 0.35, 0.62], bulge: 4.2, gloss: 0.35 },
    { shape: cup, relief: taper(0, -160, 32, 90, 23, 4), colour: glaze, bulge: 26, gloss: 0.4, shadow: 0.3 },
    { shape: ellipse(0, -61, 27.5, 6), colour: WHITE, bulge: 1.5, lit: 0.8 },
    { shape: ellipse(0, -60.2, 25.5, 4.9), colour: [0.27, 0.15, 0.08], bulge: 0, lit: 0.8 },
    { shape: ellipse(-8, -60.6, 9, 1.6), colour: [0.45, 0.28, 0.17], bulge: 0, lit: 0.8 },
  ]);
}

const PAINT: Rgb = [0.83, 0.16, 0.13];
const GLASS: Rgb = [0.3, 0.42, 0.5];

const bodywork = (x: number, y: number): Rgb => {
  if (y > -21.5 && y < -17) return WHITE;
  const doorGap = Math.min(Math.abs(x + 16), Math.abs(x - 18));
  return doorGap < 0.6 && y > -40 && y < -11 ? scaled(PAINT, 0.6) : PAINT;
};

const pane = (shape: Solid['shape']): Solid => ({
  shape,
  colour: (x, y) => scaled(GLASS, 0.75 + 0.55 * smoothstep(8, 0, Math.abs(((x - y * 0.7 + 200) % 34) - 17))),
  bulge: 2,
  gloss: 0.3,
});

export type CarSprites = { readonly body: Sprite; readonly wheel: Sprite };
/** Where the axles are, and how large the wheels. */
export const CAR = { axles: [-33, 34], axleY: -12, wheelRadius: 12.5 } as const;

/** Looks to the right. */
export function makeCar(): CarSprites {
  const cabin = taper(-4, -58, 24, -30, 37, 8);
  const hull = blend(6, roundBox(0, -24, 61, 13, 10), cabin);
  const arches = (x: number, y: number) => Math.min(circle(-33, -12, 16)(x, y), circle(34, -12, 16)(x, y));
  return {
    body: makeSprite({ left: -70, top: -64, right: 70, bottom: 2 }, [
      { shape: roundBox(0, -15, 54, 7, 3), colour: [0.1, 0.1, 0.11], bulge: 2 },
      { shape: cut(hull, arches), colour: bodywork, bulge: 13, gloss: 0.55 },
      pane(cut(taper(-4, -53, 20.5, -36, 29, 5), roundBox(-3, -44, 2, 20, 0))),
      { shape: ellipse(56, -27, 4, 4.6), colour: [1, 0.95, 0.72], bulge: 4, gloss: 0.6 },
      { shape: roundBox(-58.5, -27, 2.2, 4, 1.5), colour: [0.98, 0.5, 0.2], bulge: 2 },
      { shape: roundBox(8, -27, 4, 1.1, 1), colour: [0.8, 0.8, 0.8], bulge: 1, shadow: 0.4 },
      { shape: roundBox(61, -15.5, 5, 3, 2.5), colour: [0.7, 0.7, 0.72], bulge: 2.5, gloss: 0.4 },
      { shape: roundBox(-61, -15.5, 5, 3, 2.5), colour: [0.7, 0.7, 0.72], bulge: 2.5, gloss: 0.4 },
    ]),
    wheel: makeSprite({ left: -15, top: -15, right: 15, bottom: 15 }, [
      { shape: circle(0, 0, CAR.wheelRadius), colour: [0.11, 0.11, 0.12], bulge: 5, gloss: 0.15 },
      { shape: circle(0, 0, 7.6), colour: [0.78, 0.78, 0.8], bulge: 2, lit: 0.7 },
      ...[0, 1, 2, 3, 4].map((spoke): Solid => {
        const angle = (spoke * 2 * Math.PI) / 5;
        return {
          shape: circle(4.6 * Math.cos(angle), 4.6 * Math.sin(angle), 1.7),
          colour: [0.2, 0.2, 0.22],
          bulge: 0,
          lit: 0.5,
        };
      }),
    ]),
  };
}

/** Looks to the left. Both ducks are this one sprite: nothing but where they are tells them apart. */
export function makeDuck(): Sprite {
  const yellow = (x: number, y: number): Rgb => {
    const tone = 0.96 + 0.06 * fbm(x / 7, y / 7, 2, 11);
    return [0.98 * tone, (0.78 - 0.1 * smoothstep(-18, 0, y)) * tone, 0.16 * tone];
  };
  const torso = blend(8, ellipse(2, -18, 30, 18), limb(22, -24, 36, -37, 9, 3));
  return makeSprite({ left: -46, top: -68, right: 46, bottom: 4 }, [
    { shape: blend(9, torso, ellipse(-15, -31, 11, 12)), colour: yellow, bulge: 17, gloss: 0.22 },
    {
      shape: blend(3, ellipse(-33, -44, 10, 3.4), ellipse(-30, -40.5, 8, 3)),
      colour: [0.95, 0.45, 0.1],
      bulge: 3,
      gloss: 0.2,
    },
    { shape: circle(-15, -47, 15.5), colour: yellow, bulge: 15, gloss: 0.35, shadow: 0.25 },
    {
      shape: ellipse(9, -21, 15, 9),
      colour: (x, y) => scaled(yellow(x, y), 0.96),
      bulge: 6,
      gloss: 0.15,
      shadow: 0.28,
    },
    { shape: ellipse(-21, -50, 3.1, 3.7), colour: [0.06, 0.05, 0.05], bulge: 3, gloss: 0.8 },
    { shape: circle(-22, -51.4, 1), colour: [1, 1, 1], bulge: 0, lit: 0 },
  ]);
}

export function makeApple(): Sprite {
  const skin = (x: number, y: number): Rgb => {
    const blush = smoothstep(0.3, 0.75, fbm(x / 26 + 3, y / 26, 2, 21) + x / 90);
    const speckle = fbm(x / 1.6, y / 1.6, 1, 22) > 0.86 ? 0.05 : 0;
    return [0.5 + 0.32 * blush + speckle, 0.7 - 0.42 * blush + speckle, 0.2 - 0.06 * blush + speckle];
  };
  const flesh = blend(10, ellipse(-11, -26, 17, 22), ellipse(11, -26, 17, 22), ellipse(0, -18, 20, 18));
  return makeSprite({ left: -34, top: -66, right: 34, bottom: 4 }, [
    { shape: flesh, relief: ellipse(0, -24, 29, 26), colour: skin, bulge: 25, gloss: 0.4 },
    { shape: ellipse(0, -44.5, 8, 3), colour: [0.3, 0.36, 0.12], bulge: 0, lit: 0.8 },
    { shape: limb(0, -44, 4, -57, 1.6, 1.9), colour: [0.35, 0.23, 0.14], bulge: 1.5 },
    {
      shape: within(circle(9, -66, 14), circle(21, -50, 14)),
      colour: (x, y) => (Math.abs(y + 56 - (x - 13) * 0.2) < 0.6 ? [0.45, 0.62, 0.24] : [0.3, 0.52, 0.18]),
      bulge: 4,
      shadow: 0.25,
    },
  ]);
}

/** One wing of a butterfly (the right one; the left one is its mirror image) and the body between them. Origin at the body's middle. */
export type ButterflySprites = { readonly wing: Sprite; readonly body: Sprite };

export function makeButterfly(): ButterflySprites {
  const upper = blend(4, ellipse(17, -13, 16, 12), limb(2, -3, 26, -22, 3, 8));
  const lower = blend(4, ellipse(13, 10, 11, 10), limb(2, 2, 15, 12, 3, 7));
  const wing = blend(2, upper, lower);
  const scales = (x: number, y: number): Rgb => {
    const rim = wing(x, y) > -4.2;
    if (rim) return Math.abs(Math.sin(x * 0.7) * Math.cos(y * 0.7)) > 0.8 ? WHITE : [0.13, 0.09, 0.08];
    const vein = Math.abs(Math.sin(Math.atan2(y, x) * 8)) < 0.14;
    return vein ? [0.3, 0.13, 0.06] : [0.97, 0.55 - 0.006 * x, 0.12];
  };
  return {
    wing: makeSprite({ left: -1, top: -34, right: 38, bottom: 24 }, [
      { shape: wing, colour: scales, bulge: 3, lit: 0.8 },
    ]),
    body: makeSprite({ left: -8, top: -26, right: 8, bottom: 18 }, [
      { shape: limb(0, -12, 4.5, -23, 0.6, 0.9), colour: [0.12, 0.09, 0.08], bulge: 0 },
      { shape: limb(0, -12, -4.5, -23, 0.6, 0.9), colour: [0.12, 0.09, 0.08], bulge: 0 },
      {
        shape: blend(3, limb(0, -6, 0, 14, 2.8, 1.5), circle(0, -10, 3.2)),
        colour: [0.17, 0.12, 0.1],
        bulge: 2.5,
        gloss: 0.3,
      },
    ]),
  };
}

const SEGMENTS: readonly Rgb[] = [
  [0.93, 0.27, 0.2],
  [0.96, 0.95, 0.92],
  [0.98, 0.77, 0.16],
  [0.96, 0.95, 0.92],
  [0.13, 0.5, 0.72],
  [0.96, 0.95, 0.92],
];

/** A beach ball: six coloured gores around an axis that leans towards the viewer, with white caps. */
export function ballSkin(x: number, y: number, z: number): Rgb {
  const up = 0.8 * y - 0.6 * z;
  const towards = 0.6 * y + 0.8 * z;
  if (up < -0.955 || up > 0.955) return SEGMENTS[1]!;
  const longitude = Math.atan2(towards, x) / (2 * Math.PI) + 0.5;
  return SEGMENTS[Math.min(5, Math.floor(longitude * 6))]!;
}
