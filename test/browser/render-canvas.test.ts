import { describe, expect, it } from 'vitest';
import { createCompositor } from '../../src/render/compositor.js';
import { cutout } from '../../src/render/cutout.js';
import type { Problem } from '../../src/shared/errors.js';
import {
  FRAME,
  RED,
  BLUE,
  SQUARE,
  INSIDE,
  OUTSIDE,
  KEEP,
  layerOf,
  effects,
  opened,
  drawnFrame,
  redMatte,
  open,
  pixelsOf,
  pixelOf,
  expectColour,
} from './render-scene.js';

/** Eight squares, each with a matte of its own. */
const EIGHT = Array.from({ length: 8 }, (_, i) => ({
  x: 12 + (i % 4) * 38,
  y: 15 + Math.floor(i / 4) * 55,
  width: 14 + i,
  height: 30,
}));
const eightLayers = () => EIGHT.map((square, i) => layerOf({ id: 10 + i, matte: redMatte(square) }));

describe('readMattes', () => {
  it('gives every layer’s alpha as it was drawn, at any size, row 0 on top', () => {
    const { compositor } = open();
    compositor.render(drawnFrame(FRAME, EIGHT), eightLayers(), effects({ kind: 'transparent' }), { compare: false });
    for (const size of [FRAME, { width: 320, height: 240 }]) {
      const mattes = compositor.readMattes(size);
      expect(mattes.map((matte) => matte.id)).toEqual(EIGHT.map((_, i) => 10 + i));
      mattes.forEach(({ alpha }, k) => {
        const square = EIGHT[k]!;
        let both = 0;
        let either = 0;
        alpha.forEach((value, i) => {
          const x = (((i % size.width) + 0.5) / size.width) * FRAME.width;
          const y = ((Math.floor(i / size.width) + 0.5) / size.height) * FRAME.height;
          const isTrue = x > square.x && x < square.x + square.width && y > square.y && y < square.y + square.height;
          if (value > 127 && isTrue) both++;
          if (value > 127 || isTrue) either++;
        });
        expect(both / either).toBeGreaterThan(0.97);
      });
    }
  });

  it('leaves previews and pending objects out, and is empty before the first frame', () => {
    const { compositor } = open();
    expect(compositor.readMattes(FRAME)).toEqual([]);
    const layers = [layerOf({ id: 1, look: 'preview' }), layerOf({ id: 2 }), layerOf({ id: 3, look: 'pending' })];
    compositor.render(drawnFrame(), layers, effects(KEEP), { compare: false });
    expect(compositor.readMattes(FRAME).map((matte) => matte.id)).toEqual([2]);
  });

  it('does not disturb what is drawn next', () => {
    const { canvas, compositor } = open();
    for (let i = 0; i < 2; i++) {
      compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'transparent' }), { compare: false });
      compositor.readMattes({ width: 40, height: 30 });
    }
    compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'transparent' }), { compare: false });
    expectColour(pixelsOf(canvas)(...INSIDE), RED);
    expectColour(pixelsOf(canvas)(...OUTSIDE), [0, 0, 0, 0]);
  });
});

describe('cutout', () => {
  it('gives the object alone, cropped, on transparency', () => {
    const bitmap = cutout(drawnFrame(), layerOf(), 96);
    if (bitmap === null) throw new Error('nothing was cut out');
    opened.push(bitmap);
    expect(Math.max(bitmap.width, bitmap.height)).toBe(96);
    expect(bitmap.width / bitmap.height).toBeCloseTo(SQUARE.width / SQUARE.height, 1);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const pixel = (x: number, y: number) => pixelOf(context, x, y);
    expectColour(pixel(bitmap.width / 2, Math.floor(bitmap.height / 2)), RED);
    expect(pixel(0, 0)[3]).toBe(0);
  });

  it('gives nothing for an object that is not in the picture', () => {
    const nothing = { ...redMatte(), data: new Float32Array(48) };
    expect(cutout(drawnFrame(), layerOf({ matte: nothing }), 96)).toBeNull();
  });
});

describe('the canvas and its context', () => {
  it('can be read as a frame right after drawing', () => {
    const { canvas, compositor } = open();
    compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'colour', colour: '#80c020' }), { compare: false });
    const frame = new VideoFrame(canvas, { timestamp: 0 });
    opened.push(frame);
    const context = new OffscreenCanvas(FRAME.width, FRAME.height).getContext('2d')!;
    context.drawImage(frame, 0, 0);
    const at = (x: number, y: number) => pixelOf(context, x, y);
    expectColour(at(...INSIDE), RED);
    expectColour(at(...OUTSIDE), [0x80, 0xc0, 0x20]);
  });

  it('follows the frame’s size', () => {
    const { canvas, compositor } = open();
    for (const size of [FRAME, { width: 200, height: 90 }, { width: 97, height: 131 }, FRAME]) {
      for (const background of [{ kind: 'transparent' }, { kind: 'blur', strength: 0.5 }, KEEP] as const) {
        const layers = [layerOf()];
        compositor.render(drawnFrame(size), layers, effects(background, { kind: 'outline', width: 4 }), {
          compare: false,
        });
        expect([canvas.width, canvas.height]).toEqual([size.width, size.height]);
        const at = pixelsOf(canvas);
        expectColour(at(...INSIDE), RED);
        expectColour(at(5, size.height - 3), background.kind === 'transparent' ? [0, 0, 0, 0] : BLUE, 4);
      }
    }
  });

  it('makes no more textures, buffers or programs however many frames it draws', () => {
    const { canvas, compositor } = open();
    const gl = canvas.getContext('webgl2')!;
    let alive = 0;
    const { createTexture, deleteTexture, createFramebuffer, createProgram } = gl;
    gl.createTexture = () => (alive++, createTexture.call(gl));
    gl.createFramebuffer = () => (alive++, createFramebuffer.call(gl));
    gl.createProgram = () => (alive++, createProgram.call(gl));
    gl.deleteTexture = (texture) => (alive--, deleteTexture.call(gl, texture));
    const frame = drawnFrame(FRAME, EIGHT);
    const kinds = [KEEP, { kind: 'transparent' }, { kind: 'blur', strength: 0.6 }] as const;
    const draw = (i: number) => {
      const layers = eightLayers().slice(0, 1 + (i % 8));
      compositor.render(frame, layers, effects(kinds[i % 3]!, { kind: 'highlight', strength: 0.4 }), {
        compare: false,
      });
      if (i % 50 === 0) compositor.readMattes({ width: 40, height: 30 });
    };
    for (let i = 0; i < 24; i++) draw(i);
    const settled = alive;
    expect(settled).toBeGreaterThan(0);
    for (let i = 24; i < 324; i++) draw(i);
    expect(alive).toBe(settled);
    expect(gl.getError()).toBe(gl.NO_ERROR);
  });

  it('says that the context is lost, and draws again when it is back', async () => {
    const reports: (Problem | null)[] = [];
    let told: () => void = () => undefined;
    const { canvas, compositor } = open((problem) => {
      reports.push(problem);
      told();
    });
    const picture = new OffscreenCanvas(8, 8);
    picture.getContext('2d')!.fillRect(0, 0, 8, 8);
    compositor.setPicture(await createImageBitmap(picture));
    const draw = () => compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'picture' }), { compare: false });
    expect(draw()).toBe(true);
    const lose = canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;

    const lost = new Promise<void>((resolve) => (told = resolve));
    lose.loseContext();
    expect(draw()).toBe(false);
    await lost;
    expect(reports.map((problem) => problem?.code)).toEqual(['webgl-lost']);
    expect(draw()).toBe(false);
    expect(compositor.readMattes(FRAME)).toEqual([]);

    const back = new Promise<void>((resolve) => (told = resolve));
    // Only once the event has been dealt with may the context be given back.
    await new Promise((resolve) => setTimeout(resolve));
    lose.restoreContext();
    await back;
    expect(reports.at(-1)).toBeNull();
    expect(draw()).toBe(true);
    const at = pixelsOf(canvas);
    expectColour(at(...INSIDE), RED);
    expectColour(at(...OUTSIDE), [0, 0, 0]);
  });

  it('says so where there is no WebGL2', () => {
    const canvas = new OffscreenCanvas(1, 1);
    canvas.getContext('2d');
    const made = createCompositor(canvas);
    expect(made.ok ? null : made.problem.code).toBe('no-webgl2');
  });
});
