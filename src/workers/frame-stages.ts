import type { Effects } from '../shared/effects.js';
import type { PixelView } from '../shared/frame.js';
import type { MaskGrid } from '../shared/mask.js';
import type { Compositor } from '../render/compositor.js';
import type { Layer } from '../render/layer.js';
import { solveMatte, type GuideImage } from '../render/matte.js';
import { lumaSizeOf } from '../tracking/luma.js';
import { heldFrames, maskNear, type Track } from '../tracking/tracker.js';
import { sizeOfFrame, type PixelReader } from './frame-pixels.js';
import type { FrameShelf } from './frame-shelf.js';
import type { KeyframeRunner } from './keyframe-runner.js';
import type { LiveBudget } from './live-budget.js';
import type { Carry, MaskCarrier } from './mask-carrier.js';
import type { HoverPreview } from './hover-preview.js';
import { tracksOf, type SceneObject } from './scene.js';
import type { SceneStore } from './scene-store.js';
import type { StageClock } from './stage-clock.js';

/** What one frame looks like once its masks are known. */
export type DrawnFrame = {
  readonly frame: VideoFrame;
  readonly layers: readonly Layer[];
  /** Time between the frame and the one that each visible object's mask was made on, ms. */
  readonly maskAgesMs: ReadonlyMap<number, number>;
};

export type FrameStagesParts = {
  readonly store: SceneStore;
  readonly shelf: FrameShelf;
  readonly pixels: PixelReader;
  readonly carrier: MaskCarrier;
  readonly runner: KeyframeRunner;
  readonly hover: HoverPreview;
  readonly compositor: Compositor;
  readonly budget: LiveBudget;
  /** Whether a frame may be shown before its own masks are there. */
  readonly mayBeLate: boolean;
  readonly look: () => Look;
  readonly clock: StageClock;
  /** Called after every drawing of a *new* frame, while the canvas still holds it; may be waited for in lockstep. */
  readonly onDrawn: (drawn: DrawnFrame) => Promise<void>;
  /** Called after every drawing, of a frame drawn again too. */
  readonly onShown: (drawn: DrawnFrame) => void;
  readonly onPreviewFailed: (error: unknown) => void;
};

/** How the picture is to look at the moment. */
export type Look = {
  readonly effects: Effects;
  /** Shows the untouched picture. */
  readonly compare: boolean;
  /** While recording, what is seen is recorded, and the preview is not part of it. */
  readonly hidePreview: boolean;
  /** Paints each newest mask where it was made instead of where it belongs. */
  readonly stale: boolean;
};

/** A source that has sent nothing for so long has stopped: what still waits is shown. */
const STOPPED_MS = 150;

/** The steps of one frame's life in the worker; the loops decide what waits for what. */
export class FrameStages {
  readonly #parts: FrameStagesParts;
  readonly #guides = new WeakMap<VideoFrame, PixelView>();
  /** When each frame came, on the worker's clock, and what taking it in has cost. */
  readonly #taken = new WeakMap<VideoFrame, { readonly atMs: number; readonly tookMs: number }>();
  #isNew = false;
  #stopped: ReturnType<typeof setTimeout> | null = null;
  #recorded: Promise<void> = Promise.resolve();

  constructor(parts: FrameStagesParts) {
    this.#parts = parts;
  }

  /** Takes ownership: the frame becomes the newest; measures how the picture moved. */
  async takeFrame(frame: VideoFrame): Promise<void> {
    const { pixels, shelf, budget, clock } = this.#parts;
    const started = performance.now();
    budget.observeFrame(frame.timestamp);
    if (this.#needsMasks()) {
      // Frames are observed in the order of their times: the one before may have come when nothing was followed yet.
      if (shelf.newest !== null) this.#guideOf(shelf.newest);
      // Until its pixels are here the frame before stays the newest, whole: taps and redraws in between belong to it.
      await pixels.load(frame);
      clock.add('pixels', performance.now() - started);
    }
    const taken =
      this.delayFrames > 0 ? shelf.takeInstead(frame, (source) => pixels.copyOf(source)) : shelf.take(frame);
    this.#guideOf(taken);
    this.#taken.set(taken, { atMs: started, tookMs: performance.now() - started });
  }

  /** Asks for the keyframes that are due on the newest frame, as far as workers are idle. */
  startKeyframes(): void {
    const { shelf, runner, hover } = this.#parts;
    const frame = shelf.newest;
    if (frame === null || this.#guideOf(frame) === null) return;
    runner.startDue(frame, this.#carryTo(frame));
    if (runner.idle > 0) hover.look(frame).catch((error: unknown) => this.#parts.onPreviewFailed(error));
  }

  /**
   * A worker is idle: what is due is asked for now rather than with the next frame, unless that frame's keyframe would be ready in time and this one's would
   * not. Lockstep starts its keyframes by itself, in an order that does not depend on which worker answers first.
   */
  goOn(): void {
    const { mayBeLate, shelf, budget } = this.#parts;
    const { newest } = shelf;
    if (!mayBeLate || newest === null) return;
    const sinceMs = performance.now() - (this.#taken.get(newest)?.atMs ?? 0);
    if (!budget.waitsForNext(sinceMs)) this.startKeyframes();
  }

  /** Waits for every keyframe that is due on the newest frame. */
  async finishKeyframes(): Promise<void> {
    const { shelf, runner } = this.#parts;
    const frame = shelf.newest;
    if (frame !== null && this.#guideOf(frame) !== null) await runner.finishDue(frame, this.#carryTo(frame));
  }

  /** Shows what is due by now. When the source then sends nothing more, the rest follows. */
  showDue(): void {
    this.#showAllBut(this.delayFrames);
    this.stop();
    if (this.#parts.shelf.waiting > 0) this.#stopped = setTimeout(() => this.showRest(), STOPPED_MS);
  }

  /** Shows every frame that waits. */
  showRest(): void {
    this.#showAllBut(0);
  }

  /** The source has ended: nothing is shown any more by itself. */
  stop(): void {
    if (this.#stopped !== null) clearTimeout(this.#stopped);
    this.#stopped = null;
  }

  /** Shows a change (a new mask, another effect) on the frame on screen; a frame that waits for its own masks will show it anyway. */
  redraw(): void {
    if (!this.#parts.mayBeLate && this.#parts.shelf.waiting > 0) return;
    this.startKeyframes();
    this.#draw();
  }

  /** A mask as it is on the frame on screen; null when it cannot be carried there. */
  carry(mask: MaskGrid): MaskGrid | null {
    const frame = this.#parts.shelf.shown;
    if (frame === null || this.#guideOf(frame) === null) return null;
    return this.#parts.carrier.carryTo(frame.timestamp, [mask])(mask);
  }

  /** Resolves when the last drawn frame has been handed on (encoded, as far as it must wait). */
  recorded(): Promise<void> {
    return this.#recorded;
  }

  /** How many frames later than it came a frame is shown. */
  get delayFrames(): number {
    const { mayBeLate, budget } = this.#parts;
    return mayBeLate && this.#needsMasks() ? budget.delayFrames : 0;
  }

  #showAllBut(late: number): void {
    while (this.#parts.shelf.waiting > late && this.#parts.shelf.showNext()) {
      this.#isNew = true;
      this.#draw();
    }
  }

  #draw(): void {
    const { shelf, compositor, clock, hover, pixels, carrier } = this.#parts;
    const frame = shelf.shown;
    if (frame === null) return;
    const started = performance.now();
    const look = this.#parts.look();
    const ages = new Map<number, number>();
    const layers: Layer[] = [];
    const guide = this.#guideOf(frame);
    if (guide !== null) {
      const masks = this.#masksFor(frame, look);
      // A lost object leaves a ghost where it was last seen; any other mask is drawn only where it belongs.
      const staysPut = ({ track }: SceneObject): boolean => look.stale || track.state === 'lost';
      const moving = [...masks].flatMap(([object, mask]) => (staysPut(object) ? [] : [mask]));
      const carry = carrier.carryTo(frame.timestamp, moving);
      clock.time('matte', () => {
        for (const [object, mask] of masks) {
          const layer = this.#layer(object, staysPut(object) ? mask : carry(mask), guideOf(guide, frame));
          if (layer === null) continue;
          layers.push(layer);
          ages.set(layer.id, Math.abs(frame.timestamp - mask.timestampUs) / 1000);
        }
        const preview = look.hidePreview ? null : hover.layer(carry, guideOf(guide, frame));
        if (preview !== null) layers.push(preview);
      });
    }
    clock.time('composite', () => {
      compositor.render(frame, layers, look.effects, { compare: look.compare, image: pixels.imageOf(frame) });
    });
    const drawn: DrawnFrame = { frame, layers, maskAgesMs: ages };
    this.#parts.onShown(drawn);
    if (!this.#isNew) return;
    this.#isNew = false;
    this.#recorded = this.#parts.onDrawn(drawn);
    clock.add('frame', performance.now() - started + (this.#taken.get(frame)?.tookMs ?? 0));
    clock.count('shown');
  }

  /** Carries the newest masks to a frame; measures nothing until it is used. */
  #carryTo({ timestamp }: VideoFrame): Carry {
    let carry: Carry | null = null;
    return (mask, detail) => {
      carry ??= this.#parts.carrier.carryTo(timestamp, newestMasks(tracksOf(this.#parts.store.scene)));
      return carry(mask, detail);
    };
  }

  /** The frame's small picture; null while nothing needs masks. */
  #guideOf(frame: VideoFrame): PixelView | null {
    const known = this.#guides.get(frame);
    if (known !== undefined || !this.#needsMasks()) return known ?? null;
    const { clock, pixels, carrier, store } = this.#parts;
    const size = sizeOfFrame(frame);
    const guide = clock.time('pixels', () => pixels.readWhole(frame, lumaSizeOf(size)));
    this.#guides.set(frame, guide);
    carrier.observe(guide, size, timesOf(tracksOf(store.scene)));
    return guide;
  }

  #needsMasks(): boolean {
    return this.#parts.store.scene.objects.length > 0 || this.#parts.hover.active;
  }

  /** The visible objects, each with the mask to carry to this frame. */
  #masksFor(frame: VideoFrame, { stale }: Look): Map<SceneObject, MaskGrid> {
    const masks = new Map<SceneObject, MaskGrid>();
    for (const object of this.#parts.store.scene.objects) {
      const { track, visible } = object;
      if (!visible || track.state === 'pending') continue;
      const mask = stale ? track.mask : maskNear(track, frame.timestamp);
      if (mask !== null) masks.set(object, mask);
    }
    return masks;
  }

  #layer({ track, colour }: SceneObject, mask: MaskGrid | null, guide: GuideImage): Layer | null {
    if (mask === null) return null;
    const selected = track.id === this.#parts.store.scene.selected;
    return { id: track.id, matte: solveMatte(mask, guide), colour, look: track.state, selected };
  }
}

/** The frames that masks and unanswered taps belong to: a slow answer must still be carried to the present. */
const timesOf = (tracks: readonly Track[]): ReadonlySet<number> =>
  new Set([...heldFrames(tracks), ...newestMasks(tracks).map(({ timestampUs }) => timestampUs)]);

const newestMasks = (tracks: readonly Track[]): MaskGrid[] =>
  tracks.flatMap(({ mask, state }) => (mask === null || state === 'lost' ? [] : [mask]));

export const guideOf = (guide: PixelView, frame: VideoFrame): GuideImage => ({
  rgba: guide.rgba,
  width: guide.width,
  height: guide.height,
  frame: sizeOfFrame(frame),
});
