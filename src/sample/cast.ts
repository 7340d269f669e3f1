import { smoothstep } from './noise.js';
import { makePerson, ELBOW, NECK } from './person.js';
import { drawBall, drawSprite, placed, type Affine, type Surface } from './raster.js';
import { ballSkin, CAR, makeApple, makeButterfly, makeCar, makeDuck, makeMug } from './toys.js';
import { TABLE_EDGE } from './backdrop.js';

/** Where an actor is at one moment. Scene units. */
export type Stand = {
  readonly x: number;
  /** The point of the table under it; the larger, the nearer to the viewer. Things nearer are drawn over things farther away. */
  readonly y: number;
  /** Height above that point. */
  readonly lift?: number;
  /** Clockwise, radians. */
  readonly angle?: number;
  readonly stretchX?: number;
  readonly stretchY?: number;
};

/** One thing that moves: how it looks and where it goes. All its functions are periodic with {@link LOOP_SECONDS}. */
export type Actor = {
  readonly name: string;
  /** One compact body, never hidden for long: a fair first test for a segmenter. */
  readonly plain: boolean;
  /** Behind the table's edge instead of on the table. */
  readonly behindTable?: boolean;
  /** Half width and half depth of the shadow at its foot, scene units; absent = none. */
  readonly shadow?: { readonly rx: number; readonly ry: number };
  readonly stand: (seconds: number) => Stand;
  /** Draws it with its foot at the origin of `transform`, in scene units. */
  readonly draw: (surface: Surface, transform: Affine, id: number, seconds: number) => void;
};

export const LOOP_SECONDS = 20;

/** A sine that goes round `cycles` times in one loop. */
const wave = (seconds: number, cycles: number, phase = 0): number =>
  Math.sin((2 * Math.PI * cycles * seconds) / LOOP_SECONDS + phase);

const BALL_RADIUS = 35;
/** Where the ball's round begins, radians: on the left, about to roll behind the mug. */
const START = 2.3;

function person(): Actor {
  const sprites = makePerson();
  return {
    name: 'person',
    plain: false,
    behindTable: true,
    stand: (t) => ({ x: 440 + 5 * wave(t, 2), y: TABLE_EDGE, angle: 0.02 * wave(t, 2, 0.6) }),
    draw(surface, transform, id, t) {
      const waving = smoothstep(0.1, 0.6, wave(t, 2, 0.4));
      const bend = 0.5 - 0.62 * waving + waving * 0.32 * wave(t, 28);
      drawSprite(surface, sprites.body, transform, id);
      drawSprite(surface, sprites.forearm, placed(transform, { ...ELBOW, angle: bend }), id);
      const nod = placed(transform, { ...NECK, angle: 0.07 * wave(t, 3, 1) });
      drawSprite(surface, sprites.head, placed(nod, { x: -NECK.x, y: -NECK.y }), id);
    },
  };
}

function mug(): Actor {
  const sprite = makeMug();
  return {
    name: 'striped mug',
    plain: true,
    shadow: { rx: 40, ry: 11 },
    stand: () => ({ x: 238, y: 300 }),
    draw: (surface, transform, id) => drawSprite(surface, sprite, transform, id),
  };
}

/** Hops in a ring around the mug: in front of it, then behind it. */
function ball(): Actor {
  return {
    name: 'beach ball',
    plain: false,
    shadow: { rx: 34, ry: 10 },
    stand(t) {
      const hop = (0.5 + t * 0.8) % 1;
      const squash = 1 - 0.12 * smoothstep(0.1, 0, Math.min(hop, 1 - hop));
      return {
        x: 226 - 142 * wave(t, 2, START),
        y: 298 + 24 * wave(t, 2, START + Math.PI / 2),
        lift: 4 * hop * (1 - hop) * 40,
        stretchX: 2 - squash,
        stretchY: squash,
      };
    },
    draw(surface, transform, id, t) {
      const turn = (-142 * wave(t, 2, START)) / BALL_RADIUS;
      const centre = placed(transform, { x: 0, y: -BALL_RADIUS, scaleX: BALL_RADIUS, scaleY: BALL_RADIUS });
      drawBall(surface, ballSkin, centre, turn, id);
    },
  };
}

/** Drives out of the picture on the right, and some seconds later backs in again. */
function car(): Actor {
  const sprites = makeCar();
  const travel = (t: number) => 620 * (smoothstep(2.5, 8.5, t) - smoothstep(11.5, 18.5, t));
  return {
    name: 'toy car',
    plain: false,
    shadow: { rx: 68, ry: 9 },
    stand: (t) => ({ x: 138 + travel(t), y: 342 }),
    draw(surface, transform, id, t) {
      const shake = 0.35 * wave(t, 90);
      drawSprite(surface, sprites.body, placed(transform, { x: 0, y: shake }), id);
      for (const axle of CAR.axles) {
        const pose = { x: axle, y: CAR.axleY, angle: travel(t) / CAR.wheelRadius };
        drawSprite(surface, sprites.wheel, placed(transform, pose), id);
      }
    },
  };
}

/** Two that look the same and change places, one passing before the other. */
function ducks(): Actor[] {
  const sprite = makeDuck();
  const duck = (name: string, phase: number): Actor => ({
    name,
    plain: false,
    shadow: { rx: 32, ry: 8 },
    stand: (t) => ({
      x: 424 - 54 * wave(t, 1, phase + Math.PI / 2),
      y: 284 + 17 * wave(t, 1, phase),
      angle: 0.06 * wave(t, 24, phase),
    }),
    draw: (surface, transform, id) => drawSprite(surface, sprite, transform, id),
  });
  return [duck('first duck', 0), duck('second duck', Math.PI)];
}

function apple(): Actor {
  const sprite = makeApple();
  return {
    name: 'apple',
    plain: true,
    shadow: { rx: 30, ry: 9 },
    stand: (t) => ({ x: 532, y: 308, angle: 0.1 * wave(t, 6) }),
    draw: (surface, transform, id) => drawSprite(surface, sprite, transform, id),
  };
}

function butterfly(): Actor {
  const sprites = makeButterfly();
  return {
    name: 'butterfly',
    plain: false,
    stand: (t) => ({
      x: 300 + 190 * wave(t, 2, 2.7),
      y: 400,
      lift: 272 + 48 * wave(t, 3, 0.4) + 9 * wave(t, 17),
      angle: 0.5 + 0.35 * wave(t, 4),
    }),
    draw(surface, transform, id, t) {
      const open = 0.28 + 0.72 * Math.abs(wave(t, 27));
      drawSprite(surface, sprites.wing, placed(transform, { x: 0, y: 0, scaleX: open }), id);
      drawSprite(surface, sprites.wing, placed(transform, { x: 0, y: 0, scaleX: -open * 0.86 }), id);
      drawSprite(surface, sprites.body, transform, id);
    },
  };
}

/** Everyone in the sample. The place in the list is the id minus one. */
export const makeCast = (): Actor[] => [person(), mug(), ball(), car(), ...ducks(), apple(), butterfly()];
