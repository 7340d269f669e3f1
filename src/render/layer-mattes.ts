import type { Size } from '../shared/geometry.js';
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
import type { Layer } from './layer.js';
import { ALPHA, QUAD } from './shaders.js';
import { begin, draw, paddedRect, UNIT, type Stage, type Surface } from './stage.js';

/** Textures are made this much larger at a time, so that a growing object does not make a new one on every frame. */
const STORAGE_STEP = 64;

/** Keeps the mattes' coefficients on the GPU and draws alpha from them. One texture for each place in the list of layers, reused and only ever growing. */
export class LayerMattes {
  readonly #gl: Gl;
  readonly #program: Program;
  readonly #format: GLenum;
  readonly #textures: Texture[] = [];
  #layers: readonly Layer[] = [];
  #measure: Target | null = null;

  constructor(gl: Gl) {
    this.#gl = gl;
    // Whole floats are exact and, in software, read twice as fast; not every GPU interpolates them.
    this.#format = gl.getExtension('OES_texture_float_linear') === null ? gl.RGBA16F : gl.RGBA32F;
    this.#program = makeProgram(gl, QUAD, ALPHA);
  }

  /** Copies the coefficients of all layers. */
  load(layers: readonly Layer[]): void {
    this.#layers = layers;
    const gl = this.#gl;
    layers.forEach(({ matte }, i) => {
      bindTexture(gl, UNIT.coefficients, this.#storage(i, matte));
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, matte.width, matte.height, gl.RGBA, gl.FLOAT, matte.data);
    });
  }

  /** The union of the chosen layers (largest alpha wins), into `stage.union`. */
  drawUnion(stage: Stage, isKept: (layer: Layer) => boolean): void {
    const { gl } = stage;
    begin(stage, this.#program, stage.union);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.MAX);
    this.#layers.forEach((layer, i) => {
      if (isKept(layer)) this.#drawLayer(stage, i, 0);
    });
    gl.blendEquation(gl.FUNC_ADD);
    gl.disable(gl.BLEND);
  }

  /** One layer into `stage.own`; valid within `margin` pixels of its viewport. */
  drawOwn(stage: Stage, index: number, margin: number): void {
    begin(stage, this.#program, stage.own);
    this.#drawLayer(stage, index, margin);
  }

  /** Gives one layer's matte to a program made with the `MATTE` functions, whose pass has begun. */
  bind(program: Program, index: number): void {
    const layer = this.#layers[index];
    const texture = this.#textures[index];
    if (layer === undefined || texture === undefined) throw new Error(`No layer ${index} is loaded`);
    const gl = this.#gl;
    const { viewport, width, height } = layer.matte;
    bindTexture(gl, UNIT.coefficients, texture);
    gl.uniform4f(program.at('view'), viewport.x, viewport.y, viewport.width, viewport.height);
    gl.uniform2f(program.at('grid'), width, height);
    gl.uniform2f(program.at('storage'), texture.width, texture.height);
  }

  /** Alpha of each loaded layer at `size`, one byte a pixel, row 0 on top. Four layers share one read-back. */
  read(stage: Stage, size: Size): Uint8Array[] {
    const { gl } = stage;
    const target = this.#measureTarget(size);
    const pixels = new Uint8Array(size.width * size.height * 4);
    const mattes: Uint8Array[] = [];
    for (let first = 0; first < this.#layers.length; first += 4) {
      const count = Math.min(4, this.#layers.length - first);
      this.#drawChannels(stage, target, first, count);
      gl.readPixels(0, 0, size.width, size.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      for (let c = 0; c < count; c++) {
        const alpha = new Uint8Array(size.width * size.height);
        for (let i = 0; i < alpha.length; i++) alpha[i] = pixels[i * 4 + c]!;
        mattes.push(alpha);
      }
    }
    return mattes;
  }

  dispose(): void {
    for (const texture of this.#textures) dropTexture(this.#gl, texture);
    this.#textures.length = 0;
    dropTexture(this.#gl, this.#measure);
    this.#measure = null;
    this.#gl.deleteProgram(this.#program.handle);
  }

  #drawChannels(stage: Stage, target: Surface, first: number, count: number): void {
    const { gl } = stage;
    begin(stage, this.#program, target);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (let c = 0; c < count; c++) {
      gl.colorMask(c === 0, c === 1, c === 2, c === 3);
      this.#drawLayer(stage, first + c, 0);
    }
    gl.colorMask(true, true, true, true);
  }

  #drawLayer(stage: Stage, index: number, margin: number): void {
    const viewport = this.#layers[index]?.matte.viewport;
    if (viewport === undefined || viewport.width <= 0 || viewport.height <= 0) return;
    this.bind(this.#program, index);
    draw(stage, this.#program, paddedRect(viewport, margin, stage.size));
  }

  #storage(index: number, need: Size): Texture {
    const old = this.#textures[index];
    if (old !== undefined && old.width >= need.width && old.height >= need.height) return old;
    const grown = (extent: number) => Math.ceil(extent / STORAGE_STEP) * STORAGE_STEP;
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0 + UNIT.coefficients);
    const size = {
      width: grown(Math.max(need.width, old?.width ?? 0)),
      height: grown(Math.max(need.height, old?.height ?? 0)),
    };
    if (old !== undefined) dropTexture(gl, old);
    const texture = makeTexture(gl, this.#format, size);
    this.#textures[index] = texture;
    return texture;
  }

  #measureTarget(size: Size): Target {
    const old = this.#measure;
    if (old !== null && old.width === size.width && old.height === size.height) return old;
    dropTexture(this.#gl, old);
    this.#gl.activeTexture(this.#gl.TEXTURE0 + UNIT.other);
    this.#measure = makeTarget(this.#gl, this.#gl.RGBA8, size);
    return this.#measure;
  }
}
