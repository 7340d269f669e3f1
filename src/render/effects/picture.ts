import type { Size } from '../../shared/geometry.js';
import { bindTexture, dropTexture, makeProgram, makeTarget, type Gl, type Program, type Target } from '../gl.js';
import { HEAD, QUAD } from '../shaders.js';
import { begin, draw, UNIT, type Stage } from '../stage.js';

/** Crops and scales the picture once, so that a frame costs no more than a copy. */
const FIT = `${HEAD}
uniform sampler2D other;
uniform vec2 shown;
void main() { colour = vec4(texture(other, (at / frameSize - 0.5) * shown + 0.5).rgb, 1.0); }`;

const COMPOSE = `${HEAD}
uniform sampler2D frame;
uniform sampler2D matte;
uniform sampler2D other;
void main() {
  ivec2 pixel = ivec2(at);
  float alpha = texelFetch(matte, pixel, 0).r;
  vec3 behind = texelFetch(other, pixel, 0).rgb;
  colour = vec4(alpha > 0.0 ? mix(behind, texelFetch(frame, pixel, 0).rgb, alpha) : behind, 1.0);
}`;

/** The kept objects in front of a picture that is cropped to cover the frame. */
export class PictureBackground {
  readonly #gl: Gl;
  readonly #fit: Program;
  readonly #compose: Program;
  #fitted: Target | null = null;
  #isFitted = false;

  constructor(gl: Gl) {
    this.#gl = gl;
    this.#fit = makeProgram(gl, QUAD, FIT);
    this.#compose = makeProgram(gl, QUAD, COMPOSE);
  }

  /** The picture given to `draw` is another one from now on. */
  changed(): void {
    this.#isFitted = false;
  }

  /** @param picture borrowed; read only when it or the frame's size has changed */
  draw(stage: Stage, picture: ImageBitmap): void {
    const fitted = this.#sized(stage.size);
    if (!this.#isFitted) this.#fitPicture(stage, picture, fitted);
    begin(stage, this.#compose, null);
    bindTexture(stage.gl, UNIT.matte, stage.union);
    bindTexture(stage.gl, UNIT.other, fitted);
    draw(stage, this.#compose, { x: 0, y: 0, ...stage.size });
  }

  dispose(): void {
    dropTexture(this.#gl, this.#fitted);
    this.#fitted = null;
    for (const program of [this.#fit, this.#compose]) this.#gl.deleteProgram(program.handle);
  }

  #fitPicture(stage: Stage, picture: ImageBitmap, fitted: Target): void {
    const { gl, size } = stage;
    const { width, height } = picture;
    begin(stage, this.#fit, fitted);
    const texture = { handle: gl.createTexture(), width, height };
    bindTexture(gl, UNIT.other, texture);
    // With smaller versions of itself, as a photo is usually larger than the frame.
    gl.texStorage2D(gl.TEXTURE_2D, Math.floor(Math.log2(Math.max(width, height))) + 1, gl.RGBA8, width, height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    const wider = width / height / (size.width / size.height);
    gl.uniform2f(this.#fit.at('shown'), wider > 1 ? 1 / wider : 1, wider > 1 ? 1 : wider);
    draw(stage, this.#fit, { x: 0, y: 0, ...size });
    dropTexture(gl, texture);
    this.#isFitted = true;
  }

  #sized(size: Size): Target {
    const old = this.#fitted;
    if (old !== null && old.width === size.width && old.height === size.height) return old;
    dropTexture(this.#gl, old);
    this.#gl.activeTexture(this.#gl.TEXTURE0 + UNIT.other);
    this.#fitted = makeTarget(this.#gl, this.#gl.RGBA8, size);
    this.#isFitted = false;
    return this.#fitted;
  }
}
