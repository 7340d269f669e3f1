import type { ObjectEffect } from '../../shared/effects.js';
import { bindTexture, makeProgram, parseColour, type Gl, type Program } from '../gl.js';
import type { Layer } from '../layer.js';
import { HEAD, MATTE, QUAD } from '../shaders.js';
import { begin, draw, paddedRect, UNIT, type Stage } from '../stage.js';

/** How one object is drawn over the picture. */
export type Mark = {
  /** Opacity of the tint inside, 0..1. */
  readonly fill: number;
  /** Width of the line, frame pixels. */
  readonly line: number;
  /** The line lies around the object, as wide as it is asked for; otherwise it is a thin one on the object's edge. */
  readonly isGrown: boolean;
  /** Opacity of the line, 0..1. */
  readonly opacity: number;
  /** Length of a dash and its gap together, frame pixels; 0 = a whole line. */
  readonly dash: number;
};

const EDGE = 1.5;
const SELECTED_EDGE = 2.5;

/**
 * What an object looks like. With the effect `none` nothing is drawn over the picture in any state, except the preview of a tap, which answers the
 * hand and is no part of the result.
 */
export function markOf(layer: Pick<Layer, 'look' | 'selected'>, effect: ObjectEffect): Mark | null {
  const edge = layer.selected ? SELECTED_EDGE : EDGE;
  switch (layer.look) {
    case 'preview':
      return { fill: 0, line: EDGE, isGrown: false, opacity: 1, dash: 8 };
    case 'pending':
      return null;
    case 'lost':
      return effect.kind === 'none' ? null : { fill: 0, line: edge, isGrown: false, opacity: 0.4, dash: 0 };
    case 'unsure':
      return effect.kind === 'none' ? null : { fill: 0, line: edge, isGrown: false, opacity: 1, dash: 12 };
    case 'tracking':
    case 'found':
      return shownMark(layer.selected, edge, effect);
  }
}

function shownMark(selected: boolean, edge: number, effect: ObjectEffect): Mark | null {
  switch (effect.kind) {
    case 'none':
      return null;
    case 'highlight':
      return { fill: effect.strength, line: edge, isGrown: false, opacity: selected ? 1 : 0.85, dash: 0 };
    case 'outline':
      return { fill: 0, line: effect.width + (selected ? 1 : 0), isGrown: true, opacity: 1, dash: 0 };
  }
}

/**
 * A tint and a line in one pass. A thin line is where alpha's distance to 0.5, divided by its slope, is small: a hard edge and a soft one get a line of
 * the same width. The neighbours' alpha is taken with the fit carried on by its own slope, so that only colours need to be read again, and those only
 * near an edge.
 */
const MARK = `${HEAD}${MATTE}
uniform sampler2D other;
uniform vec3 tint;
uniform float fill;
uniform float line;
uniform bool isGrown;
uniform float opacity;
uniform float dash;
uniform float phase;
float thinLine(vec4 fit, vec4 right, vec4 down, float alpha) {
  ivec2 pixel = ivec2(at);
  float reach = max(1.0, floor(line));
  int far = int(reach);
  float e = alphaOf(fit + right * reach, pixel + ivec2(far, 0));
  float w = alphaOf(fit - right * reach, pixel - ivec2(far, 0));
  float s = alphaOf(fit + down * reach, pixel + ivec2(0, far));
  float n = alphaOf(fit - down * reach, pixel - ivec2(0, far));
  vec2 steepest = vec2(max(abs(e - alpha), abs(w - alpha)), max(abs(s - alpha), abs(n - alpha))) / reach;
  float slope = length(steepest);
  float distance = abs(alpha - 0.5) / max(slope, 0.001);
  float drawn = clamp(line * 0.5 + 0.5 - distance, 0.0, 1.0) * smoothstep(0.02, 0.06, slope);
  // Dashes are counted along the axis that the edge runs closer to.
  float along = steepest.x > steepest.y ? at.y : at.x;
  return dash > 0.0 ? drawn * step(fract(along / dash - phase), 0.5) : drawn;
}
void main() {
  vec4 fit = fitAt(at);
  vec4 right = dFdx(fit);
  vec4 down = dFdy(fit) * DOWN;
  bool isPlain = isFlat(fit) && (fit.a <= 0.0 || fit.a >= 1.0) && right == vec4(0.0) && down == vec4(0.0);
  float alpha = isPlain ? clamp(fit.a, 0.0, 1.0) : alphaOf(fit, ivec2(at));
  float drawn = 0.0;
  if (isGrown) drawn = max(0.0, texture(other, at / frameSize).r - alpha);
  else if (!isPlain) drawn = thinLine(fit, right, down, alpha);
  colour = vec4(tint, 1.0) * max(alpha * fill, drawn * opacity);
}`;

/** Draws tints and lines over what is on the canvas. */
export class Marks {
  readonly #gl: Gl;
  readonly #program: Program;

  constructor(gl: Gl) {
    this.#gl = gl;
    // Marks are drawn on the canvas only, where the frame's y runs down and the window's up.
    this.#program = makeProgram(gl, QUAD, MARK.replace('DOWN', '-1.0'));
  }

  /**
   * @param phase shifts a preview's dashes, in dashes
   * @param bindMatte gives the layer's matte to the program; a grown line is read from `stage.grown`
   */
  draw(stage: Stage, layer: Layer, mark: Mark, phase: number, bindMatte: (program: Program) => void): void {
    const { gl } = stage;
    const program = this.#program;
    begin(stage, program, null);
    bindMatte(program);
    bindTexture(gl, UNIT.other, stage.grown);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform3f(program.at('tint'), ...parseColour(layer.colour));
    gl.uniform1f(program.at('fill'), mark.fill);
    gl.uniform1f(program.at('line'), mark.line);
    gl.uniform1i(program.at('isGrown'), mark.isGrown ? 1 : 0);
    gl.uniform1f(program.at('opacity'), mark.opacity);
    gl.uniform1f(program.at('dash'), mark.dash);
    gl.uniform1f(program.at('phase'), layer.look === 'preview' ? phase : 0);
    draw(stage, program, paddedRect(layer.matte.viewport, mark.isGrown ? mark.line + 1 : 0, stage.size));
    gl.disable(gl.BLEND);
  }

  dispose(): void {
    this.#gl.deleteProgram(this.#program.handle);
  }
}
