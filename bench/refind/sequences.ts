/** The re-find set: things that are hidden, leave, have look-alikes, or are cut away from, and come back. */
import { smoothstep, randomStream } from '../../src/sample/noise.js';
import type { Light, Role, Sequence, Shot } from './film.js';
import { AS_IS, SWAPPED, thing, TURNED, type Thing, type ThingName, type Tint } from './things.js';

type Random = () => number;
/** Seconds, then where: scene units and size. */
type Waypoint = readonly [seconds: number, x: number, y: number, size?: number];

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

/** Goes from waypoint to waypoint, starting and stopping gently; a little sway keeps it from standing like a picture. */
function role(thing: Thing, size: number, path: readonly Waypoint[], sway = 0.02): Role {
  return {
    thing,
    stand(seconds) {
      const next = path.findIndex(([at]) => at > seconds);
      const angle = sway * Math.sin(3 * seconds + path[0]![1]);
      const [, x, y, scale = 1] = path[next === -1 ? path.length - 1 : Math.max(0, next - 1)]!;
      if (next <= 0) return { x, y, size: size * scale, angle };
      const [from, [to, x1, y1, scale1 = 1]] = [path[next - 1]![0], path[next]!];
      const t = smoothstep(from, to, seconds);
      return { x: x + (x1 - x) * t, y: y + (y1 - y) * t, size: size * (scale + (scale1 - scale) * t), angle };
    },
  };
}

const aim = (role: Role): Role => ({ ...role, target: true });

const LIGHTS: readonly Light[] = [
  { red: 1, green: 1, blue: 1 },
  { red: 1.1, green: 0.98, blue: 0.8 },
  { red: 0.72, green: 0.8, blue: 0.92 },
  { red: 0.62, green: 0.6, blue: 0.58 },
  { red: 1.15, green: 1.15, blue: 1.15 },
];

const TARGETS: readonly ThingName[] = ['apple', 'duck', 'mug', 'ball', 'car'];
const PAN_LIMIT = 55;

/** A place of its own: backdrop, light that drifts a little, and a camera that pans slowly. */
function place(random: Random): Pick<Shot, 'backdrop' | 'light' | 'camera'> {
  const light = pick(random, LIGHTS);
  const drift = between(random, 0, 0.08);
  const pan = between(random, 0, PAN_LIMIT);
  const phase = between(random, 0, 6);
  const scale = between(random, 1, 1.25);
  return {
    backdrop: 10 + Math.floor(random() * 8),
    light(seconds) {
      const by = 1 + drift * Math.sin(seconds + phase);
      return { red: light.red * by, green: light.green * by, blue: light.blue * by };
    },
    camera: (seconds) => ({
      pan: pan * Math.sin(0.5 * seconds + phase),
      scale,
      centreX: 320,
      centreY: 180 + 60 * (scale - 1),
    }),
  };
}

/** Other things about the table that stay where they are; none like the target. */
function clutter(random: Random, except: readonly ThingName[], count: number): Role[] {
  const kinds = TARGETS.filter((kind) => !except.includes(kind));
  return Array.from({ length: count }, (_, n) => {
    const kind = kinds[(n + Math.floor(random() * kinds.length)) % kinds.length]!;
    const x = between(random, 60, 580);
    const y = between(random, 250, 268);
    return role(thing(kind), between(random, 0.8, 1.1), [[0, x, y]]);
  });
}

type Cast = { readonly random: Random; readonly kind: ThingName; readonly target: Thing; readonly size: number };

const otherTint = (random: Random): Tint => pick(random, [SWAPPED, TURNED]);

/** Something larger passes before it, and hides it for one to two seconds. It may move meanwhile. */
function hidden({ random, kind, target, size }: Cast): Shot[] {
  const [x, y] = [between(random, 190, 450), between(random, 270, 290)];
  const drift = between(random, -70, 70);
  const stay = between(random, 1, 1.9);
  const from = pick(random, [-1, 1]);
  const [away, back] = [320 + from * 620, 320 - from * 620];
  const behind: Waypoint[] = [
    [0, x, y],
    [1.6, x, y],
    [2.2 + stay, x + drift, y],
  ];
  const cover = pick<{ thing: Thing; size: number; y: number }>(random, [
    { thing: thing('carton'), size: 1.45, y: 340 },
    { thing: thing('person'), size: 2.1, y: 420 },
    { thing: thing('ball', otherTint(random)), size: 2.9, y: 350 },
  ]);
  const over: Waypoint[] = [
    [0, away, cover.y],
    [1, away, cover.y],
    [2, x + from * 12, cover.y],
    [2 + stay, x + drift - from * 12, cover.y],
    [3 + stay, back, cover.y],
  ];
  return [
    {
      ...place(random),
      until: 5.6 + stay / 2,
      roles: [
        aim(role(target, size, behind)),
        role(cover.thing, cover.size, over),
        ...clutter(random, [kind, cover.size > 2.5 ? 'ball' : kind], 2),
      ],
    },
  ];
}

/** Leaves over an edge of the picture and comes back after one to two seconds: on the same side or the other, nearer or farther. */
function leaving({ random, kind, target, size }: Cast): Shot[] {
  const side = pick(random, [-1, 1]);
  const returns = pick(random, [side, -side]);
  const [x, y] = [320 - side * between(random, 20, 120), between(random, 272, 292)];
  const scale = pick(random, [0.75, 1, 1, 1.35]);
  const stay = between(random, 0.9, 1.8);
  const nearer = y + (scale - 1) * 60;
  const path: Waypoint[] = [
    [0, x, y],
    [0.9, x, y],
    [2.1, 320 + side * 480, y],
    [2.099 + stay, 320 + side * 480, nearer, scale],
    [2.1 + stay, 320 + returns * 480, nearer, scale],
    [3.5 + stay, 320 + returns * between(random, 40, 200), nearer, scale],
  ];
  return [
    { ...place(random), until: 5.4 + stay / 2, roles: [aim(role(target, size, path)), ...clutter(random, [kind], 3)] },
  ];
}

/** The camera turns away from it and back. */
function lookedAway({ random, kind, target, size }: Cast): Shot[] {
  const side = pick(random, [-1, 1]);
  const [x, y] = [320 - side * between(random, 150, 190), between(random, 272, 292)];
  const stay = between(random, 0.9, 1.6);
  const turn = role(target, 1, [
    [0, 320 - side * 110, 0],
    [1, 320 - side * 110, 0],
    [2, 320 + side * 180, 0],
    [2 + stay, 320 + side * 180, 0],
    [3.1 + stay, 320 - side * 90, 0],
  ]);
  return [
    {
      ...place(random),
      camera: (seconds) => ({ pan: 0, scale: 1.9, centreX: turn.stand(seconds).x, centreY: 255 }),
      until: 5.2 + stay / 2,
      roles: [aim(role(target, size, [[0, x, y]])), ...clutter(random, [kind], 3)],
    },
  ];
}

/** Its double stands by all the time, out of its way; it leaves and comes back. */
function twin(cast: Cast): Shot[] {
  const [shot] = leaving(cast);
  const { random, target, size } = cast;
  const at = shot!.roles[0]!.stand(0).x;
  const x = at + Math.sign(at - 320) * between(random, 130, 180);
  return [{ ...shot!, roles: [...shot!.roles, role(target, size, [[0, x, between(random, 260, 270)]])] }];
}

/** While it is away or hidden, one of another colour comes in and stays. */
function cousin(way: (cast: Cast) => Shot[], cast: Cast): Shot[] {
  const { random, kind, size } = cast;
  const [shot] = way(cast);
  const other = thing(kind, otherTint(random));
  const from = pick(random, [-1, 1]);
  const path: Waypoint[] = [
    [0, 320 + from * 520, 262],
    [2, 320 + from * 520, 262],
    [3, 320 + from * between(random, 110, 200), 262],
  ];
  return [{ ...shot!, roles: [...shot!.roles, role(other, size, path)] }];
}

/** Cut to another place, where a relative of another colour may be, and back: it is where it was, or elsewhere in another size. */
function cutAway(moved: boolean, alike: boolean, { random, kind, target, size }: Cast): Shot[] {
  const home = place(random);
  const away = place(random);
  const [x, y] = [between(random, 150, 490), between(random, 272, 292)];
  const scale = moved ? pick(random, [0.75, 1.4]) : 1;
  const there: Waypoint = [0, moved ? 640 - x : x, y + (scale - 1) * 40, scale];
  const [first, stay] = [between(random, 1.4, 1.9), between(random, 1, 1.6)];
  const drift = between(random, -40, 40);
  const relative = role(thing(kind, otherTint(random)), size, [[0, between(random, 200, 440), 285]]);
  const others = clutter(random, [kind], 3);
  const back: Role = role(target, size, [there, [9, there[1] + 3 * drift, there[2], scale]]);
  const before: Role = role(target, size, [
    [0, x, y],
    [9, x + drift, y],
  ]);
  return [
    { ...home, until: first, roles: [aim(before), ...others] },
    {
      ...away,
      backdrop: home.backdrop + 11,
      until: first + stay,
      roles: [...(alike ? [relative] : []), role(thing('person'), 1, [[0, 450, 300]]), ...clutter(random, [kind], 2)],
    },
    { ...home, until: first + stay + 2.4, roles: [aim(back), ...others] },
  ];
}

const KINDS: readonly { readonly name: string; readonly count: number; readonly shots: (cast: Cast) => Shot[] }[] = [
  { name: 'hidden', count: 6, shots: hidden },
  { name: 'leaves', count: 5, shots: leaving },
  { name: 'looked-away', count: 2, shots: lookedAway },
  { name: 'twin', count: 3, shots: twin },
  { name: 'cousin-hidden', count: 2, shots: (cast) => cousin(hidden, cast) },
  { name: 'cousin-leaves', count: 2, shots: (cast) => cousin(leaving, cast) },
  { name: 'cut', count: 3, shots: (cast) => cutAway(false, false, cast) },
  { name: 'cut-moved', count: 3, shots: (cast) => cutAway(true, false, cast) },
  { name: 'cut-cousin', count: 2, shots: (cast) => cutAway(true, true, cast) },
];

/** All sequences of one seed. The same seed always gives the same ones; another gives other things, places, speeds and lights. */
export function refindSequences(seed: number): Sequence[] {
  return KINDS.flatMap(({ name, count, shots }, kindAt) =>
    Array.from({ length: count }, (_, n) => {
      const own = seed * 10_000 + kindAt * 100 + n;
      const random = randomStream(own);
      const kind = TARGETS[(n + kindAt + Math.floor(random() * 2)) % TARGETS.length]!;
      const tint = pick(random, [AS_IS, AS_IS, SWAPPED, TURNED]);
      const cast = { random, kind, target: thing(kind, tint), size: between(random, 0.95, 1.4) };
      return {
        name: `s${seed}-${name}-${n + 1}`,
        shots: shots(cast),
        noise: between(random, 1, 5),
        seed: own,
      };
    }),
  );
}
