import type { Size, Viewport } from '../shared/geometry.js';
import {
  bindTexture,
  dropTexture,
  makeProgram,
  makeTarget,
  makeTexture,
  type Gl,
  type Program,
  type Target,
  type Texture,
} from './gl.js';
import { COPY, QUAD } from './shaders.js';

/** Texture units, the same in every pass. */
export const UNIT = { frame: 0, matte: 1, other: 2, coefficients: 3 } as const;

/** What the passes of one frame share: the frame's pixels and mattes. */
export type Stage = {
  readonly gl: Gl;
  readonly size: Size;
  readonly frame: Texture;
  /** Union of all kept objects. */
  readonly union: Target;
  /** The object that is being drawn, and what it becomes when grown by the width of its outline; both at half size. */
  readonly own: Target;
  readonly grown: Target;
};

/** Where a pass draws: the canvas (null) or a target. */
export type Surface = Target | null;

/** Keeps the shared textures; they are made anew only when the frame's size changes. */
export class StageKeeper {
  readonly #gl: Gl;
  readonly #copy: Program;
  #stage: Stage | null = null;

  constructor(gl: Gl) {
    this.#gl = gl;
    this.#copy = makeProgram(gl, QUAD, COPY);
  }

  /** The stage of the last loaded frame. */
  get stage(): Stage | null {
    return this.#stage;
  }

  /** Copies the pixels of a borrowed frame, given as the frame itself or as its RGBA bytes. */
  load(frame: VideoFrame, pixels: VideoFrame | Uint8Array): Stage {
    const stage = this.#sized({ width: frame.displayWidth, height: frame.displayHeight });
    const gl = this.#gl;
    bindTexture(gl, UNIT.frame, stage.frame);
    const { width, height } = stage.size;
    if (pixels instanceof Uint8Array) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    } else gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return stage;
  }

  /** Draws the untouched frame on the canvas. */
  copy(stage: Stage): void {
    begin(stage, this.#copy, null);
    draw(stage, this.#copy, { x: 0, y: 0, ...stage.size });
  }

  dispose(): void {
    this.#dropStage();
    this.#gl.deleteProgram(this.#copy.handle);
  }

  #sized(size: Size): Stage {
    const old = this.#stage;
    if (old !== null && old.size.width === size.width && old.size.height === size.height) return old;
    const gl = this.#gl;
    this.#dropStage();
    gl.activeTexture(gl.TEXTURE0 + UNIT.other);
    const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
    const stage: Stage = {
      gl,
      size,
      frame: makeTexture(gl, gl.RGBA8, size),
      union: makeTarget(gl, gl.R8, size),
      own: makeTarget(gl, gl.R8, half),
      grown: makeTarget(gl, gl.R8, half),
    };
    this.#stage = stage;
    return stage;
  }

  #dropStage(): void {
    if (this.#stage === null) return;
    const { frame, union, own, grown } = this.#stage;
    for (const texture of [frame, union, own, grown]) dropTexture(this.#gl, texture);
    this.#stage = null;
  }
}

/** Starts a pass that maps the whole frame onto `surface`, whatever that surface's own size. Samplers are set to their units. */
export function begin(stage: Stage, program: Program, surface: Surface): void {
  const { gl, size } = stage;
  gl.bindFramebuffer(gl.FRAMEBUFFER, surface === null ? null : surface.framebuffer);
  gl.viewport(0, 0, surface === null ? size.width : surface.width, surface === null ? size.height : surface.height);
  gl.useProgram(program.handle);
  gl.uniform2f(program.at('frameSize'), size.width, size.height);
  gl.uniform1f(program.at('flip'), surface === null ? -1 : 1);
  gl.uniform1i(program.at('frame'), UNIT.frame);
  gl.uniform1i(program.at('matte'), UNIT.matte);
  gl.uniform1i(program.at('other'), UNIT.other);
  gl.uniform1i(program.at('coefficients'), UNIT.coefficients);
  bindTexture(gl, UNIT.frame, stage.frame);
}

/** Draws one rectangle of the frame (frame pixels) with the program of the pass. */
export function draw(stage: Stage, program: Program, rect: Viewport): void {
  stage.gl.uniform4f(program.at('rect'), rect.x, rect.y, rect.width, rect.height);
  stage.gl.drawArrays(stage.gl.TRIANGLE_STRIP, 0, 4);
}

/** `viewport` grown by `margin`, to whole pixels of the frame. */
export function paddedRect(viewport: Viewport, margin: number, frame: Size): Viewport {
  const x = Math.max(0, Math.floor(viewport.x - margin));
  const y = Math.max(0, Math.floor(viewport.y - margin));
  const right = Math.min(frame.width, Math.ceil(viewport.x + viewport.width + margin));
  const bottom = Math.min(frame.height, Math.ceil(viewport.y + viewport.height + margin));
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}
