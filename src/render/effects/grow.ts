import type { Viewport } from '../../shared/geometry.js';
import { bindTexture, makeProgram, type Gl, type Program } from '../gl.js';
import { HEAD, QUAD } from '../shaders.js';
import { begin, draw, paddedRect, UNIT, type Stage } from '../stage.js';

/** The largest alpha within `reach` pixels, looked for on rings that nothing wider than 4 pixels slips between. */
const GROW = `${HEAD}
uniform sampler2D matte;
uniform float reach;
uniform int rings;
const int TAPS = 12;
const mat2 TURN = mat2(0.8660254, 0.5, -0.5, 0.8660254);
void main() {
  float largest = texture(matte, at / frameSize).r;
  vec2 direction = vec2(reach, 0.0);
  for (int k = 0; k < TAPS; k++) {
    for (int ring = rings; ring > 0 && largest < 0.999; ring--) {
      largest = max(largest, texture(matte, (at + direction * (float(ring) / float(rings))) / frameSize).r);
    }
    direction = TURN * direction;
  }
  colour = vec4(largest);
}`;

/** Makes `stage.grown` from `stage.own`. */
export class Grow {
  readonly #gl: Gl;
  readonly #program: Program;

  constructor(gl: Gl) {
    this.#gl = gl;
    this.#program = makeProgram(gl, QUAD, GROW);
  }

  /** @param reach frame pixels; `stage.own` must be valid within twice as much of the viewport */
  draw(stage: Stage, viewport: Viewport, reach: number): void {
    const { gl } = stage;
    begin(stage, this.#program, stage.grown);
    bindTexture(gl, UNIT.matte, stage.own);
    gl.uniform1f(this.#program.at('reach'), reach);
    gl.uniform1i(this.#program.at('rings'), Math.ceil(reach / 4));
    draw(stage, this.#program, paddedRect(viewport, reach + 3, stage.size));
  }

  dispose(): void {
    this.#gl.deleteProgram(this.#program.handle);
  }
}
