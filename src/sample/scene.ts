import type { Size } from '../shared/geometry.js';
import {
  drawBackdrop,
  makeBackdrop,
  nearness,
  parallax,
  STAGE,
  TABLE_EDGE,
  type Backdrop,
  type View,
} from './backdrop.js';
import { LOOP_SECONDS, makeCast, type Actor, type Stand } from './cast.js';
import { randomStream } from './noise.js';
import { drawShadow, makeSurface, placed, type Affine, type Surface } from './raster.js';
import type { SampleFrame, SampleVariant } from './sample.js';

/** What is drawn once and used for every frame. */
type Workshop = { readonly cast: readonly Actor[]; readonly backdrop: Backdrop };

const PAN = 44;
let workshop: Workshop | null = null;

function openWorkshop(): Workshop {
  workshop ??= { cast: makeCast(), backdrop: makeBackdrop(5) };
  return workshop;
}

/** Draws one frame of a variant; the contract is `renderSampleFrame`'s. */
export function drawScene(frameIndex: number, frameRate: number, size: Size, variant: SampleVariant): SampleFrame {
  const { cast, backdrop } = openWorkshop();
  const surface = makeSurface(size);
  const seconds = frameIndex / frameRate;
  const view = viewAt(frameIndex, seconds, size, variant);
  const actors = onStage(cast, seconds, variant);

  drawStage(surface, backdrop, view, actors);
  const { rgba, ids } = surface;
  return { rgba, ids, size, timestampUs: Math.round(seconds * 1e6) };
}

/** An actor at one moment, `seconds` into its own round. */
export type Entry = { readonly actor: Actor; readonly id: number; readonly stand: Stand; readonly seconds: number };

/** Draws the table in its garden with everyone on it. @param entries farthest first */
export function drawStage(surface: Surface, backdrop: Backdrop, view: View, entries: readonly Entry[]): void {
  drawBackdrop(surface, backdrop, view, 0, TABLE_EDGE);
  for (const entry of entries) if (entry.actor.behindTable === true) drawActor(surface, view, entry);
  drawBackdrop(surface, backdrop, view, TABLE_EDGE, STAGE.height);
  for (const entry of entries) if (entry.actor.behindTable !== true) drawActorShadow(surface, view, entry);
  for (const entry of entries) if (entry.actor.behindTable !== true) drawActor(surface, view, entry);
}

/** Who plays, farthest first. A seed other than 0 gives everyone another moment of their own round. */
function onStage(cast: readonly Actor[], seconds: number, variant: SampleVariant): Entry[] {
  const random = randomStream(variant.seed);
  return cast
    .map((actor, index): Entry => {
      const head = variant.seed === 0 ? 0 : random() * LOOP_SECONDS;
      const own = (seconds * variant.speed + head) % LOOP_SECONDS;
      return { actor, id: index + 1, stand: actor.stand(own), seconds: own };
    })
    .filter((entry) => variant.cast === null || variant.cast.includes(entry.id))
    .sort((a, b) => a.stand.y - b.stand.y);
}

/** A slow pan from side to side; after every odd cut a closer view of the right half. */
function viewAt(frameIndex: number, seconds: number, size: Size, variant: SampleVariant): View {
  const cover = Math.max(size.width / STAGE.width, size.height / STAGE.height);
  const pan = PAN * variant.pan * Math.sin((2 * Math.PI * seconds) / LOOP_SECONDS);
  const closer = variant.cuts.filter((cut) => cut <= frameIndex).length % 2 === 1;
  return closer
    ? { pan, scale: cover * 1.35, centreX: 380, centreY: 215 }
    : { pan, scale: cover, centreX: STAGE.width / 2, centreY: STAGE.height / 2 };
}

/** The transform of scene units around the point of the table (x, y), for a thing that stands there. */
function standAt(surface: Size, view: View, x: number, y: number): Affine {
  const scale = view.scale * nearness(y);
  return {
    a: scale,
    b: 0,
    c: 0,
    d: scale,
    e: (x - view.pan * parallax(y) - view.centreX) * view.scale + surface.width / 2,
    f: (y - view.centreY) * view.scale + surface.height / 2,
  };
}

function drawActorShadow(surface: Surface, view: View, { actor, stand }: Entry): void {
  if (actor.shadow === undefined) return;
  const foot = standAt(surface, view, stand.x, stand.y);
  // The higher a thing is, the wider and paler its shadow; the sun stands on the left.
  const height = (stand.lift ?? 0) / 60;
  const spread = 1 + 0.35 * height;
  const { rx, ry } = actor.shadow;
  const x = foot.e + (0.16 * rx + 14 * height) * foot.a;
  drawShadow(
    surface,
    x,
    foot.f - 0.1 * ry * foot.a,
    rx * 1.25 * spread * foot.a,
    ry * 1.3 * spread * foot.a,
    0.75 / (1 + height),
  );
  drawShadow(
    surface,
    foot.e,
    foot.f - 0.1 * ry * foot.a,
    rx * 0.8 * foot.a,
    ry * 0.6 * foot.a,
    0.65 * Math.max(0, 1 - 2 * height),
  );
}

function drawActor(surface: Surface, view: View, { actor, id, stand, seconds }: Entry): void {
  const foot =
    actor.behindTable === true
      ? { ...standAt(surface, view, stand.x, stand.y), a: view.scale, d: view.scale }
      : standAt(surface, view, stand.x, stand.y);
  const pose = {
    x: 0,
    y: -(stand.lift ?? 0),
    angle: stand.angle ?? 0,
    scaleX: stand.stretchX ?? 1,
    scaleY: stand.stretchY ?? 1,
  };
  actor.draw(surface, placed(foot, pose), id, seconds);
}
