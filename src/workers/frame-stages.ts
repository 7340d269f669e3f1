import type { Effects } from '../shared/effects.js';
import type { PixelView } from '../shared/frame.js';
import { wholeFrame } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import type { Compositor } from '../render/compositor.js';
import type { Layer } from '../render/layer.js';
import { solveMatte, type GuideImage } from '../render/matte.js';
import { lumaSizeOf } from '../tracking/luma.js';
import { sizeOfFrame, type PixelReader } from './frame-pixels.js';
import type { FrameShelf } from './frame-shelf.js';
import type { KeyframeRunner } from './keyframe-runner.js';
import type { MaskCarrier } from './mask-carrier.js';
import type { HoverPreview } from './hover-preview.js';
import { tracksOf, type SceneObject } from './scene.js';
import type { SceneStore } from './scene-store.js';
import type { StageClock } from './stage-clock.js';

/** What one frame looks like once its masks are known. */
export type DrawnFrame = {
  readonly frame: VideoFrame;
  readonly layers: readonly Layer[];
  /** Age of each visible object's mask when drawn, ms. */
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
  readonly clock: StageClock;
  /** Called after every drawing of a *new* frame, while the canvas still holds it; may be waited for in lockstep. */
  readonly onDrawn: (drawn: DrawnFrame) => Promise<void>;
  /** Called after every drawing, of a frame drawn again too. */
  readonly onShown: (drawn: DrawnFrame) => void;
  readonly onPreviewFailed: (error: unknown) => void;
};

/** The steps of one frame's life in the worker; the loops decide what waits for what. */
export class FrameStages {
  readonly #parts: FrameStagesParts;
  #guide: PixelView | null = null;
  #startedMs = 0;
  #isNew = false;
  #recorded: Promise<void> = Promise.resolve();
  effects: Effects;
  compare = false;
  /** While recording, what is seen is recorded, and the preview is not part of it. */
  hidePreview = false;

  constructor(parts: FrameStagesParts, effects: Effects) {
    this.#parts = parts;
    this.effects = effects;
  }

  /** Takes ownership: the frame becomes the one on screen; measures how the picture moved. */
  async takeFrame(frame: VideoFrame): Promise<void> {
    this.#startedMs = performance.now();
    // Until its pixels are here the frame before stays the one on screen, whole: taps and redraws in between belong to it.
    if (this.#needsMasks()) {
      await this.#parts.pixels.load(frame);
      this.#parts.clock.add('pixels', performance.now() - this.#startedMs);
    }
    this.#isNew = true;
    this.#parts.shelf.showFrame(frame);
    this.#analyse(frame);
  }

  /** Asks for the keyframes that are due on the frame on screen, as far as workers are idle. */
  startKeyframes(): void {
    const { shelf, runner, carrier, hover } = this.#parts;
    const frame = shelf.shown;
    if (frame === null || this.#guideOf(frame) === null) return;
    runner.startDue(frame, carrier.carry);
    if (runner.idle > 0) hover.look(frame).catch((error: unknown) => this.#parts.onPreviewFailed(error));
  }

  /** Waits for every keyframe that is due on the frame on screen. */
  async finishKeyframes(): Promise<void> {
    const { shelf, runner, carrier } = this.#parts;
    const frame = shelf.shown;
    if (frame !== null && this.#guideOf(frame) !== null) await runner.finishDue(frame, carrier.carry);
  }

  /** Shows a change (a new mask, another effect) on the frame on screen; a frame that still waits for its masks will show it anyway. */
  redraw(): void {
    if (this.#isNew) return;
    this.startKeyframes();
    this.draw();
  }

  /** Draws the frame on screen with the newest masks. */
  draw(): void {
    const { shelf, compositor, clock, hover } = this.#parts;
    const frame = shelf.shown;
    if (frame === null) return;
    const guide = this.#guideOf(frame);
    const ages = new Map<number, number>();
    const layers = guide === null ? [] : clock.time('matte', () => this.#layers(frame, guide, ages));
    const preview =
      guide === null || this.hidePreview ? null : hover.layer(this.#parts.carrier.carry, guideOf(guide, frame));
    const all = preview === null ? layers : [...layers, preview];
    clock.time('composite', () => {
      compositor.render(frame, all, this.effects, { compare: this.compare, image: this.#parts.pixels.imageOf(frame) });
    });
    const drawn: DrawnFrame = { frame, layers, maskAgesMs: ages };
    this.#parts.onShown(drawn);
    if (!this.#isNew) return;
    this.#isNew = false;
    this.#recorded = this.#parts.onDrawn(drawn);
    clock.add('frame', performance.now() - this.#startedMs);
    clock.count('shown');
  }

  /** A mask as it is on the frame on screen; null when it cannot be carried there. */
  carry(mask: MaskGrid): MaskGrid | null {
    const frame = this.#parts.shelf.shown;
    return frame === null || this.#guideOf(frame) === null ? null : this.#parts.carrier.carry(mask);
  }

  /** Resolves when the last drawn frame has been handed on (encoded, as far as it must wait). */
  recorded(): Promise<void> {
    return this.#recorded;
  }

  /** The frame's small picture; made late when the first object comes after the frame. */
  #guideOf(frame: VideoFrame): PixelView | null {
    if (this.#guide === null) this.#analyse(frame);
    return this.#guide;
  }

  #needsMasks(): boolean {
    return this.#parts.store.scene.objects.length > 0 || this.#parts.hover.active;
  }

  #analyse(frame: VideoFrame): void {
    this.#guide = null;
    if (!this.#needsMasks()) return;
    const size = sizeOfFrame(frame);
    this.#guide = this.#parts.clock.time('pixels', () =>
      this.#parts.pixels.read(frame, wholeFrame(size), lumaSizeOf(size)),
    );
    this.#parts.carrier.advance(this.#guide, size, tracksOf(this.#parts.store.scene));
  }

  #layers(frame: VideoFrame, guide: PixelView, ages: Map<number, number>): Layer[] {
    const { scene } = this.#parts.store;
    const layers: Layer[] = [];
    for (const object of scene.objects) {
      const layer = this.#layer(object, scene.selected, guideOf(guide, frame));
      if (layer === null) continue;
      layers.push(layer);
      ages.set(layer.id, Math.max(0, frame.timestamp - (object.track.mask?.timestampUs ?? frame.timestamp)) / 1000);
    }
    return layers;
  }

  #layer({ track, visible, colour }: SceneObject, selected: number | null, guide: GuideImage): Layer | null {
    if (!visible || track.mask === null || track.state === 'pending') return null;
    // A lost object leaves a ghost where it was last seen; any other mask is drawn only where it belongs.
    const mask = track.state === 'lost' ? track.mask : this.#parts.carrier.carry(track.mask);
    if (mask === null) return null;
    return { id: track.id, matte: solveMatte(mask, guide), colour, look: track.state, selected: track.id === selected };
  }
}

export const guideOf = (guide: PixelView, frame: VideoFrame): GuideImage => ({
  rgba: guide.rgba,
  width: guide.width,
  height: guide.height,
  frame: sizeOfFrame(frame),
});
