/** Small helpers around WebGL2. Errors here are bugs (a shader that does not compile) and throw, unless the context is lost. */
import type { Size } from '../shared/geometry.js';

export type Gl = WebGL2RenderingContext;

/** A linked program with its uniforms looked up by name. */
export type Program = { readonly handle: WebGLProgram; readonly at: (uniform: string) => WebGLUniformLocation | null };

export function makeProgram(gl: Gl, vertex: string, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error('No shader: the WebGL context is lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`Shader does not compile: ${gl.getShaderInfoLog(shader) ?? ''}`);
    }
    gl.deleteShader(shader);
  }
  gl.linkProgram(handle);
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`Program does not link: ${gl.getProgramInfoLog(handle) ?? ''}`);
  }
  const known = new Map<string, WebGLUniformLocation | null>();
  const at = (uniform: string): WebGLUniformLocation | null => {
    let location = known.get(uniform);
    if (location === undefined) {
      location = gl.getUniformLocation(handle, uniform);
      known.set(uniform, location);
    }
    return location;
  };
  return { handle, at };
}

/** A texture with fixed storage, clamped at its borders. */
export type Texture = Size & { readonly handle: WebGLTexture };

export function makeTexture(gl: Gl, format: GLenum, size: Size, filter: GLenum = gl.LINEAR): Texture {
  const handle = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.texStorage2D(gl.TEXTURE_2D, 1, format, size.width, size.height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return { handle, width: size.width, height: size.height };
}

/** A texture that can be drawn into. */
export type Target = Texture & { readonly framebuffer: WebGLFramebuffer };

export function makeTarget(gl: Gl, format: GLenum, size: Size): Target {
  const texture = makeTexture(gl, format, size);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture.handle, 0);
  return { ...texture, framebuffer };
}

export function dropTexture(gl: Gl, texture: Texture | Target | null): void {
  if (texture === null) return;
  if ('framebuffer' in texture) gl.deleteFramebuffer(texture.framebuffer);
  gl.deleteTexture(texture.handle);
}

export function bindTexture(gl: Gl, unit: number, texture: Texture): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture.handle);
}

/** `#rrggbb` as r, g, b in 0..1. */
export function parseColour(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
