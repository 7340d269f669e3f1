/** Sequences as plain descriptions, and how one frame of them is drawn. */
import type { Size } from '../../src/shared/geometry.js';
import { makeBackdrop, type Backdrop, type View } from '../../src/sample/backdrop.js';
import type { Actor, Stand } from '../../src/sample/cast.js';
import { hash2 } from '../../src/sample/noise.js';
import { makeSurface, type Surface } from '../../src/sample/raster.js';
import { drawStage, type Entry } from '../../src/sample/scene.js';
import type { Thing } from './things.js';

/** A thing and where it is, `seconds` into the sequence. The first role of a shot with `target` is the one that is followed. */
export type Role = {
  readonly thing: Thing;
  readonly stand: (seconds: number) => Stand & { readonly size: number };
  readonly target?: boolean;
};

/** Gain of each channel. */
export type Light = { readonly red: number; readonly green: number; readonly blue: number };

export type Shot = {
  /** Seconds into the sequence at which the shot ends. */
  readonly until: number;
  readonly backdrop: number;
  readonly light: (seconds: number) => Light;
  readonly camera: (seconds: number) => View;
  readonly roles: readonly Role[];
};

export type Sequence = {
  readonly name: string;
  readonly shots: readonly Shot[];
  /** Standard deviation of the sensor's noise, levels of 255. */
  readonly noise: number;
  readonly seed: number;
};

/** RGB and the target's visible part (0 or 255), row-major. */
export type FilmFrame = { readonly rgb: Uint8Array; readonly truth: Uint8Array };

export const FILM_SIZE: Size = { width: 640, height: 360 };
export const FILM_FPS = 24;

const TARGET_ID = 1;
const backdrops = new Map<number, Backdrop>();

function backdropOf(seed: number): Backdrop {
  const made = backdrops.get(seed) ?? makeBackdrop(seed);
  backdrops.set(seed, made);
  return made;
}

export const frameCount = ({ shots }: Sequence): number => Math.round(shots.at(-1)!.until * FILM_FPS);

/** Draws frame `index` of a sequence; the same one always comes out the same. */
export function drawFilm(sequence: Sequence, index: number): FilmFrame {
  const seconds = index / FILM_FPS;
  const shot = sequence.shots.find(({ until }) => seconds < until) ?? sequence.shots.at(-1)!;
  const surface = makeSurface(FILM_SIZE);
  const entries = shot.roles
    .map((role, at) => entryOf(role, role.target === true ? TARGET_ID : at + 2, seconds))
    .sort((a, b) => a.stand.y - b.stand.y);
  drawStage(surface, backdropOf(shot.backdrop), shot.camera(seconds), entries);
  return {
    rgb: exposed(surface, shot.light(seconds), sequence.noise, sequence.seed * 1000 + index),
    truth: surface.ids.map((id) => (id === TARGET_ID ? 255 : 0)),
  };
}

function entryOf({ thing, stand }: Role, id: number, seconds: number): Entry {
  const { size, ...at } = stand(seconds);
  const actor: Actor = {
    name: '',
    plain: false,
    shadow: { rx: thing.shadow.rx * size, ry: thing.shadow.ry * size },
    stand,
    draw: thing.draw,
  };
  return { actor, id, stand: { ...at, stretchX: size, stretchY: size }, seconds };
}

/** What a sensor makes of it: light, and noise that is new in every frame. */
function exposed({ rgba, width }: Surface, light: Light, noise: number, seed: number): Uint8Array {
  const gains = [light.red, light.green, light.blue];
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let i = 0, to = 0; to < rgb.length; i++) {
    for (let c = 0; c < 3; c++, to++) {
      const [x, y] = [(i % width) * 3 + c, Math.floor(i / width)];
      // The sum of three uniform numbers is close enough to a normal one; its deviation is a half.
      const grain = hash2(x, y, seed) + hash2(x, y, seed + 7919) + hash2(x, y, seed + 104_729) - 1.5;
      rgb[to] = Math.max(0, Math.min(255, Math.round(rgba[i * 4 + c]! * gains[c]! + 2 * noise * grain)));
    }
  }
  return rgb;
}
