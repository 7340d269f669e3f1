/** What the sequences are made of: the toys of the sample scene, some of them in other colours, and a carton to hide things. */
import type { Actor } from '../../src/sample/cast.js';
import { makeCast } from '../../src/sample/cast.js';
import { fbm } from '../../src/sample/noise.js';
import { drawBall, drawSprite, placed } from '../../src/sample/raster.js';
import { roundBox } from '../../src/sample/sdf.js';
import { makeSprite, type Rgb, type Sprite } from '../../src/sample/sprite.js';
import { ballSkin, CAR, makeApple, makeCar, makeDuck, makeMug } from '../../src/sample/toys.js';

/** How a thing looks, drawn with its foot at the origin, in scene units; half width and half depth of its shadow. */
export type Thing = Pick<Actor, 'draw'> & { readonly shadow: { readonly rx: number; readonly ry: number } };

/** Mixes the channels of a colour: each row gives one channel of the new colour. Rows that sum to one keep greys as they are. */
export type Tint = readonly [Rgb, Rgb, Rgb];

export const AS_IS: Tint = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
/** Red turns blue, blue red, yellow cyan. */
export const SWAPPED: Tint = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
];
/** Red turns green, yellow a paler green, blue purple. */
export const TURNED: Tint = [
  [0.1, 0.2, 0.7],
  [0.9, 0.1, 0],
  [0.1, 0.5, 0.4],
];

const mixed = ([r, g, b]: Rgb, row: Rgb): number => r * row[0] + g * row[1] + b * row[2];
const tintRgb = (colour: Rgb, [r, g, b]: Tint): Rgb => [mixed(colour, r), mixed(colour, g), mixed(colour, b)];

function tinted(sprite: Sprite, tint: Tint): Sprite {
  const texels = sprite.texels.map((texel) => {
    const [r, g, b] = tintRgb([texel & 255, (texel >>> 8) & 255, (texel >>> 16) & 255], tint);
    return ((texel & 0xff000000) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
  });
  return { ...sprite, texels };
}

function still(sprite: Sprite, rx: number, ry: number): Thing {
  return { shadow: { rx, ry }, draw: (surface, transform, id) => drawSprite(surface, sprite, transform, id) };
}

function car(tint: Tint): Thing {
  const sprites = makeCar();
  const [body, wheel] = [tinted(sprites.body, tint), tinted(sprites.wheel, tint)];
  return {
    shadow: { rx: 68, ry: 9 },
    draw(surface, transform, id, seconds) {
      drawSprite(surface, body, transform, id);
      for (const axle of CAR.axles)
        drawSprite(surface, wheel, placed(transform, { x: axle, y: CAR.axleY, angle: 6 * seconds }), id);
    },
  };
}

const BALL_RADIUS = 35;

function ball(tint: Tint): Thing {
  return {
    shadow: { rx: 34, ry: 10 },
    draw(surface, transform, id, seconds) {
      const centre = placed(transform, { x: 0, y: -BALL_RADIUS, scaleX: BALL_RADIUS, scaleY: BALL_RADIUS });
      drawBall(surface, (x, y, z) => tintRgb(ballSkin(x, y, z), tint), centre, 2 * seconds, id);
    },
  };
}

function carton(): Thing {
  const board = (x: number, y: number): Rgb => {
    const tone = 0.92 + 0.12 * fbm(x / 60, y / 3, 3, 31);
    const tape = Math.abs(x) < 9 ? 1.13 : 1;
    const print = x > 30 && x < 62 && y > -48 && y < -30 && Math.sin(x * 1.7) > -0.2 ? 0.45 : 1;
    return [0.72 * tone * tape * print, 0.55 * tone * tape * print, 0.36 * tone * tape * print];
  };
  const lid = (x: number, y: number): Rgb => {
    const [r, g, b] = board(x, y);
    return [r * 1.12, g * 1.12, b * 1.12];
  };
  const sprite = makeSprite({ left: -84, top: -124, right: 84, bottom: 2 }, [
    { shape: roundBox(0, -54, 80, 54, 3), colour: board, bulge: 4 },
    { shape: roundBox(0, -110, 82, 11, 3), colour: lid, bulge: 3, shadow: 0.35 },
  ]);
  return still(sprite, 96, 16);
}

function person(): Thing {
  const draw = makeCast()[0]!.draw;
  return { shadow: { rx: 0.1, ry: 0.1 }, draw };
}

const MAKERS = {
  apple: (tint: Tint) => still(tinted(makeApple(), tint), 30, 9),
  mug: (tint: Tint) => still(tinted(makeMug(), tint), 40, 11),
  duck: (tint: Tint) => still(tinted(makeDuck(), tint), 32, 8),
  car,
  ball,
  carton,
  person,
} as const;

export type ThingName = keyof typeof MAKERS;

const made = new Map<string, Thing>();

/** One of a kind; the same kind and tint look exactly the same. */
export function thing(name: ThingName, tint: Tint = AS_IS): Thing {
  const key = `${name} ${tint.flat().join(' ')}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = MAKERS[name](tint);
  made.set(key, fresh);
  return fresh;
}
