import type { Viewport } from '../../shared/geometry.js';
import { bindTexture, makeProgram, type Gl, type Program } from '../gl.js';
import { HEAD, QUAD } from '../shaders.js';
import { begin, draw, UNIT, type Stage } from '../stage.js';

const PLAIN = `${HEAD}
uniform sampler2D frame;
uniform sampler2D matte;
uniform vec4 background;
void main() {
  float alpha = texelFetch(matte, ivec2(at), 0).r;
  colour = alpha > 0.0 ? mix(background, vec4(texelFetch(frame, ivec2(at), 0).rgb, 1.0), alpha) : background;
}`;

/** The kept objects on one colour, or on nothing: premultiplied alpha. */
export class PlainBackground {
  readonly #gl: Gl;
  readonly #program: Program;

  constructor(gl: Gl) {
    this.#gl = gl;
    this.#program = makeProgram(gl, QUAD, PLAIN);
  }

  /**
   * @param kept rectangles that hold all kept objects, frame pixels; they may overlap, as each pixel's colour comes from the union
   * @param background premultiplied r, g, b, a in 0..1
   */
  draw(stage: Stage, kept: readonly Viewport[], background: readonly [number, number, number, number]): void {
    const { gl } = stage;
    begin(stage, this.#program, null);
    gl.clearColor(...background);
    gl.clear(gl.COLOR_BUFFER_BIT);
    bindTexture(gl, UNIT.matte, stage.union);
    gl.uniform4f(this.#program.at('background'), ...background);
    for (const rect of kept) draw(stage, this.#program, rect);
  }

  dispose(): void {
    this.#gl.deleteProgram(this.#program.handle);
  }
}
