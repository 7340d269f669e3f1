import type { Size } from '../../shared/geometry.js';
import { bindTexture, dropTexture, makeProgram, makeTarget, type Gl, type Program, type Target } from '../gl.js';
import { HEAD, QUAD } from '../shaders.js';
import { begin, draw, UNIT, type Stage } from '../stage.js';

/** Standard deviation of the Gaussian at full strength, as a share of the frame's longer side. */
const FULL_SIGMA = 0.03;
/** Standard deviation in pixels of the small targets: the strength chooses their size, so that the kernel is always this one. */
const SMALL_SIGMA = 2;

/** Weighs every pixel by how much of it is background, so that the object's colours do not glow into what surrounds it. */
const SHRINK = `${HEAD}
uniform sampler2D frame;
uniform sampler2D matte;
uniform vec2 cell;
uniform int taps;
void main() {
  vec4 sum = vec4(0.0);
  for (int j = 0; j < taps; j++) {
    for (int i = 0; i < taps; i++) {
      vec2 uv = (at + ((vec2(i, j) + 0.5) / float(taps) - 0.5) * cell) / frameSize;
      float weight = max(0.0, 1.0 - 2.0 * texture(matte, uv).r);
      sum += vec4(texture(frame, uv).rgb * weight, weight);
    }
  }
  colour = sum / float(taps * taps);
}`;

/** One direction of the Gaussian: 13 texels in 7 reads, each read between two texels in the ratio of their weights. */
const SMOOTH = `${HEAD}
uniform sampler2D other;
uniform vec2 direction;
uniform vec2 kernel[4];
void main() {
  vec2 uv = at / frameSize;
  colour = texture(other, uv) * kernel[0].y;
  for (int i = 1; i < 4; i++) {
    vec2 offset = direction * kernel[i].x;
    colour += (texture(other, uv + offset) + texture(other, uv - offset)) * kernel[i].y;
  }
}`;

const COMPOSE = `${HEAD}
uniform sampler2D frame;
uniform sampler2D matte;
uniform sampler2D other;
void main() {
  float alpha = texelFetch(matte, ivec2(at), 0).r;
  vec4 soft = texture(other, at / frameSize);
  vec3 behind = soft.rgb / max(soft.a, 0.004);
  if (alpha > 0.0) {
    vec3 sharp = texelFetch(frame, ivec2(at), 0).rgb;
    behind = mix(soft.a > 0.01 ? behind : sharp, sharp, alpha);
  }
  colour = vec4(behind, 1.0);
}`;

/** Offsets (texels) and weights of the reads: the centre, then pairs of texels. */
function gaussianPairs(sigma: number): Float32Array {
  const weight = (x: number) => Math.exp((-x * x) / (2 * sigma * sigma));
  const pairs = [1, 3, 5].map((x) => ({
    offset: x + weight(x + 1) / (weight(x) + weight(x + 1)),
    weight: weight(x) + weight(x + 1),
  }));
  const total = 1 + 2 * pairs.reduce((sum, pair) => sum + pair.weight, 0);
  return Float32Array.from([0, 1 / total, ...pairs.flatMap((pair) => [pair.offset, pair.weight / total])]);
}

/** The kept objects, sharp, in front of the blurred rest. */
export class BlurBackground {
  readonly #gl: Gl;
  readonly #shrink: Program;
  readonly #smooth: Program;
  readonly #compose: Program;
  readonly #kernel = gaussianPairs(SMALL_SIGMA);
  #targets: readonly [Target, Target] | null = null;

  constructor(gl: Gl) {
    this.#gl = gl;
    this.#shrink = makeProgram(gl, QUAD, SHRINK);
    this.#smooth = makeProgram(gl, QUAD, SMOOTH);
    this.#compose = makeProgram(gl, QUAD, COMPOSE);
  }

  /** @param strength 0..1 */
  draw(stage: Stage, strength: number): void {
    const { gl, size } = stage;
    const whole = { x: 0, y: 0, ...size };
    const sigma = strength * FULL_SIGMA * Math.max(size.width, size.height);
    const shrink = Math.max(1, sigma / SMALL_SIGMA);
    const [small, other] = this.#sized({
      width: Math.max(1, Math.round(size.width / shrink)),
      height: Math.max(1, Math.round(size.height / shrink)),
    });
    bindTexture(gl, UNIT.matte, stage.union);

    begin(stage, this.#shrink, small);
    gl.uniform2f(this.#shrink.at('cell'), size.width / small.width, size.height / small.height);
    // One bilinear read covers two pixels in each direction.
    gl.uniform1i(this.#shrink.at('taps'), Math.ceil(shrink / 2));
    draw(stage, this.#shrink, whole);

    begin(stage, this.#smooth, other);
    gl.uniform2fv(this.#smooth.at('kernel'), this.#kernel);
    gl.uniform2f(this.#smooth.at('direction'), 1 / small.width, 0);
    bindTexture(gl, UNIT.other, small);
    draw(stage, this.#smooth, whole);

    begin(stage, this.#smooth, small);
    gl.uniform2f(this.#smooth.at('direction'), 0, 1 / small.height);
    bindTexture(gl, UNIT.other, other);
    draw(stage, this.#smooth, whole);

    begin(stage, this.#compose, null);
    bindTexture(gl, UNIT.other, small);
    draw(stage, this.#compose, whole);
  }

  dispose(): void {
    for (const target of this.#targets ?? []) dropTexture(this.#gl, target);
    this.#targets = null;
    for (const program of [this.#shrink, this.#smooth, this.#compose]) this.#gl.deleteProgram(program.handle);
  }

  #sized(size: Size): readonly [Target, Target] {
    const old = this.#targets;
    if (old !== null && old[0].width === size.width && old[0].height === size.height) return old;
    const gl = this.#gl;
    for (const target of old ?? []) dropTexture(gl, target);
    gl.activeTexture(gl.TEXTURE0 + UNIT.other);
    this.#targets = [makeTarget(gl, gl.RGBA8, size), makeTarget(gl, gl.RGBA8, size)];
    return this.#targets;
  }
}
