import type { BackgroundEffect, Effects } from '../shared/effects.js';
import { fail, ok, type Problem, type Result } from '../shared/errors.js';
import type { Size } from '../shared/geometry.js';
import type { ObjectId } from '../shared/pipeline-api.js';
import { BlurBackground } from './effects/blur.js';
import { Grow } from './effects/grow.js';
import { Marks, markOf } from './effects/mark.js';
import { PictureBackground } from './effects/picture.js';
import { PlainBackground } from './effects/plain.js';
import { parseColour, type Gl } from './gl.js';
import type { Layer } from './layer.js';
import { LayerMattes } from './layer-mattes.js';
import { withinTexture } from './picture-size.js';
import { paddedRect, StageKeeper, type Stage } from './stage.js';

export type RenderOptions = {
  /** Shows the untouched frame. */
  readonly compare: boolean;
  /** How far the preview's dashes have moved, in dashes; leave it at 0 for reduced motion. */
  readonly phase?: number;
  /** The frame's pixels (RGBA, 8 bit, display size) where they are in memory already: cheaper to upload than the frame itself. */
  readonly image?: { readonly data: Uint8Array } | null;
};

/** One layer's alpha as drawn on the last frame: one byte a pixel, row-major, row 0 on top. */
export type LayerMatte = { readonly id: ObjectId; readonly alpha: Uint8Array };

/** Draws frames with their objects and effects. Belongs to one thread; every method is synchronous. */
export interface Compositor {
  /**
   * Draws one borrowed frame; the canvas takes its display size. The canvas holds the picture until the end of the current task: a VideoFrame of it
   * is to be taken before any await. Output has premultiplied alpha (opaque unless the background is `transparent`).
   * @returns false when nothing could be drawn because the context is lost
   */
  render(frame: VideoFrame, layers: readonly Layer[], effects: Effects, options: RenderOptions): boolean;
  /** The picture for the `picture` background. Takes the bitmap. */
  setPicture(bitmap: ImageBitmap): void;
  /** Alpha of every layer of the last rendered frame but previews and pending ones, sampled at `size`. Empty before the first frame and while lost. */
  readMattes(size: Size): LayerMatte[];
  dispose(): void;
}

/** Shown where a picture is asked for and none has been given: the room behind must not be seen. */
const NO_PICTURE = '#202124';

/** An object in doubt is still shown, as hiding it would blink; one that is lost is not, as what is there now is something else. */
const isKept = (layer: Layer): boolean =>
  layer.look === 'tracking' || layer.look === 'found' || layer.look === 'unsure';

/**
 * @param onContext called with the problem when the GPU's context is lost, and with null once it is back and frames are drawn again
 * @returns `no-webgl2` where the browser gives no WebGL2 context
 */
export function createCompositor(
  canvas: OffscreenCanvas,
  onContext: (problem: Problem | null) => void = () => undefined,
): Result<Compositor> {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    depth: false,
    stencil: false,
    premultipliedAlpha: true,
  });
  if (gl === null) {
    return fail(
      'no-webgl2',
      'This browser gives no WebGL2 context, which draws the picture.',
      'Turn on hardware acceleration in the browser’s settings, or use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  return ok(new WebGlCompositor(canvas, gl, onContext));
}

/** Everything that lives on the GPU and goes with its context. */
class Passes {
  readonly keeper: StageKeeper;
  readonly mattes: LayerMattes;
  readonly plain: PlainBackground;
  readonly blur: BlurBackground;
  readonly picture: PictureBackground;
  readonly grow: Grow;
  readonly marks: Marks;

  constructor(gl: Gl) {
    this.keeper = new StageKeeper(gl);
    this.mattes = new LayerMattes(gl);
    this.plain = new PlainBackground(gl);
    this.blur = new BlurBackground(gl);
    this.picture = new PictureBackground(gl);
    this.grow = new Grow(gl);
    this.marks = new Marks(gl);
  }

  drawBackground(
    stage: Stage,
    layers: readonly Layer[],
    background: BackgroundEffect,
    picture: ImageBitmap | null,
  ): void {
    if (background.kind === 'keep') {
      this.keeper.copy(stage);
      return;
    }
    const plain = (colour: readonly [number, number, number, number]) =>
      this.plain.draw(
        stage,
        layers.filter(isKept).map((layer) => paddedRect(layer.matte.viewport, 0, stage.size)),
        colour,
      );
    this.mattes.drawUnion(stage, isKept);
    switch (background.kind) {
      case 'blur':
        this.blur.draw(stage, background.strength);
        return;
      case 'picture':
        if (picture === null) plain([...parseColour(NO_PICTURE), 1]);
        else this.picture.draw(stage, picture);
        return;
      case 'colour':
        plain([...parseColour(background.colour), 1]);
        return;
      case 'transparent':
        plain([0, 0, 0, 0]);
        return;
    }
  }

  drawMarks(stage: Stage, layers: readonly Layer[], effects: Effects, phase: number): void {
    layers.forEach((layer, i) => {
      const mark = markOf(layer, effects.object);
      const { viewport } = layer.matte;
      if (mark === null || viewport.width <= 0 || viewport.height <= 0) return;
      if (mark.isGrown) {
        this.mattes.drawOwn(stage, i, 2 * mark.line + 4);
        this.grow.draw(stage, viewport, mark.line);
      }
      this.marks.draw(stage, layer, mark, phase, (program) => this.mattes.bind(program, i));
    });
  }

  dispose(): void {
    for (const part of [this.keeper, this.mattes, this.plain, this.blur, this.picture, this.grow, this.marks])
      part.dispose();
  }
}

class WebGlCompositor implements Compositor {
  readonly #canvas: OffscreenCanvas;
  readonly #gl: Gl;
  readonly #onContext: (problem: Problem | null) => void;
  #passes: Passes | null;
  #picture: ImageBitmap | null = null;
  #layers: readonly Layer[] = [];

  constructor(canvas: OffscreenCanvas, gl: Gl, onContext: (problem: Problem | null) => void) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#onContext = onContext;
    this.#passes = new Passes(gl);
    canvas.addEventListener('webglcontextlost', this.#lose);
    canvas.addEventListener('webglcontextrestored', this.#restore);
  }

  render(frame: VideoFrame, layers: readonly Layer[], effects: Effects, options: RenderOptions): boolean {
    const passes = this.#passes;
    if (passes === null || this.#gl.isContextLost()) return false;
    if (this.#canvas.width !== frame.displayWidth) this.#canvas.width = frame.displayWidth;
    if (this.#canvas.height !== frame.displayHeight) this.#canvas.height = frame.displayHeight;
    this.#layers = layers;
    const stage = passes.keeper.load(frame, options.image?.data ?? frame);
    passes.mattes.load(layers);
    if (options.compare) passes.keeper.copy(stage);
    else {
      passes.drawBackground(stage, layers, effects.background, this.#picture);
      passes.drawMarks(stage, layers, effects, options.phase ?? 0);
    }
    return true;
  }

  setPicture(bitmap: ImageBitmap): void {
    this.#picture?.close();
    this.#picture = withinTexture(bitmap);
    this.#passes?.picture.changed();
  }

  readMattes(size: Size): LayerMatte[] {
    const stage = this.#passes?.keeper.stage;
    if (this.#passes === null || stage === null || stage === undefined || this.#gl.isContextLost()) return [];
    const mattes = this.#passes.mattes.read(stage, size);
    return this.#layers.flatMap((layer, i) => {
      const alpha = mattes[i];
      return alpha === undefined || layer.look === 'preview' || layer.look === 'pending'
        ? []
        : [{ id: layer.id, alpha }];
    });
  }

  dispose(): void {
    this.#canvas.removeEventListener('webglcontextlost', this.#lose);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restore);
    this.#passes?.dispose();
    this.#passes = null;
    this.#picture?.close();
    this.#picture = null;
    this.#layers = [];
  }

  readonly #lose = (event: Event): void => {
    // Without this the browser never gives the context back.
    event.preventDefault();
    this.#passes = null;
    this.#onContext({
      code: 'webgl-lost',
      what: 'The graphics processor stopped drawing the picture.',
      mend: 'It usually comes back by itself; if it does not, reload the page.',
    });
  };

  readonly #restore = (): void => {
    this.#passes = new Passes(this.#gl);
    this.#onContext(null);
  };
}
