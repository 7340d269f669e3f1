/**
 * GLSL shared by all passes. Positions are frame pixels, y down; row 0 of every texture and target is the frame's top row. Where a pass draws the frame
 * pixel by pixel it fetches texels instead of sampling, which costs half in software.
 */

/** A rectangle of the frame, drawn as a strip of 4 vertices without attributes. `flip` is -1 on the canvas (whose row 0 is at the bottom), 1 in targets. */
export const QUAD = `#version 300 es
uniform vec4 rect;
uniform vec2 frameSize;
uniform float flip;
out vec2 at;
void main() {
  at = rect.xy + vec2(gl_VertexID & 1, gl_VertexID >> 1) * rect.zw;
  vec2 clip = at / frameSize * 2.0 - 1.0;
  gl_Position = vec4(clip.x, clip.y * flip, 0.0, 1.0);
}`;

export const HEAD = `#version 300 es
precision highp float;
in vec2 at;
out vec4 colour;
uniform vec2 frameSize;
`;

/** The untouched frame. */
export const COPY = `${HEAD}
uniform sampler2D frame;
void main() { colour = vec4(texelFetch(frame, ivec2(at), 0).rgb, 1.0); }`;

/**
 * The matte of one object. `grid` is its size in cells, `storage` that of the texture that holds them in its corner, `view` the rectangle of the frame
 * that they lie on. `fitAt` gives a and b, interpolated between cell centres; `alphaOf` is alpha = a · I + b.
 */
export const MATTE = `
uniform sampler2D frame;
uniform sampler2D coefficients;
uniform vec4 view;
uniform vec2 grid;
uniform vec2 storage;
vec4 fitAt(vec2 place) {
  vec2 inside = (place - view.xy) / view.zw;
  vec4 fit = texture(coefficients, clamp(inside * grid, vec2(0.5), grid - 0.5) / storage);
  return min(inside.x, inside.y) < 0.0 || max(inside.x, inside.y) > 1.0 ? vec4(0.0) : fit;
}
float alphaOf(vec4 fit, ivec2 pixel) {
  vec3 rgb = texelFetch(frame, clamp(pixel, ivec2(0), ivec2(frameSize) - 1), 0).rgb;
  return clamp(dot(fit.rgb, rgb) + fit.a, 0.0, 1.0);
}
bool isFlat(vec4 fit) { return fit.rgb == vec3(0.0); }
`;

/** Alpha of one object, in every channel. */
export const ALPHA = `${HEAD}${MATTE}
void main() {
  vec4 fit = fitAt(at);
  colour = vec4(isFlat(fit) ? clamp(fit.a, 0.0, 1.0) : alphaOf(fit, ivec2(at)));
}`;
