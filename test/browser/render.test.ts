import { afterEach, describe, expect, it } from 'vitest';
import { createCompositor, type Compositor, type RenderOptions } from '../../src/render/compositor.js';
import { cutout } from '../../src/render/cutout.js';
import type { Layer, MatteCoefficients } from '../../src/render/layer.js';
import type { Effects } from '../../src/shared/effects.js';
import type { Problem } from '../../src/shared/errors.js';
import type { Size } from '../../src/shared/geometry.js';

const FRAME: Size = { width: 160, height: 120 };
const RED = [200, 40, 30] as const;
const BLUE = [20, 60, 210] as const;
/** The object: a square of RED on BLUE. */
const SQUARE = { x: 40, y: 30, width: 60, height: 50 };

type Rgba = readonly [number, number, number, number];

const opened: { close(): void }[] = [];
const compositors: Compositor[] = [];

afterEach(() => {
  for (const compositor of compositors.splice(0)) compositor.dispose();
  for (const frame of opened.splice(0)) frame.close();
});

const css = (colour: readonly number[]) => `rgb(${colour.join(' ')})`;

function drawnFrame(size: Size = FRAME, squares: readonly (typeof SQUARE)[] = [SQUARE]): VideoFrame {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = css(BLUE);
  context.fillRect(0, 0, size.width, size.height);
  context.fillStyle = css(RED);
  for (const s of squares) context.fillRect(s.x, s.y, s.width, s.height);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  opened.push(frame);
  return frame;
}

/** alpha = a · red + b: 1 on RED, 0 on BLUE, over the square and 10 pixels around it. */
function redMatte(square = SQUARE): MatteCoefficients {
  const a = 255 / (RED[0] - BLUE[0]);
  const b = -(a * BLUE[0]) / 255;
  const cells = Array.from({ length: 12 }, () => [a, 0, 0, b]).flat();
  return {
    data: Float32Array.from(cells),
    width: 4,
    height: 3,
    viewport: { x: square.x - 10, y: square.y - 10, width: square.width + 20, height: square.height + 20 },
  };
}

const layerOf = (overrides: Partial<Layer> = {}): Layer => ({
  id: 1,
  matte: redMatte(),
  colour: '#00ff00',
  look: 'tracking',
  selected: false,
  ...overrides,
});

const effects = (background: Effects['background'], object: Effects['object'] = { kind: 'none' }): Effects => ({
  background,
  object,
});

function open(onContext?: (problem: Problem | null) => void) {
  const canvas = new OffscreenCanvas(1, 1);
  const made = createCompositor(canvas, onContext);
  if (!made.ok) throw new Error(made.problem.what);
  compositors.push(made.value);
  return { canvas, compositor: made.value };
}

/** Pixels of the canvas exactly as drawn (premultiplied), row 0 on top. */
function pixelsOf(canvas: OffscreenCanvas): (x: number, y: number) => Rgba {
  const gl = canvas.getContext('webgl2')!;
  const { width, height } = canvas;
  const data = new Uint8Array(width * height * 4);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
  return (x, y) => {
    const i = ((height - 1 - y) * width + x) * 4;
    return [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
  };
}

function expectColour(actual: Rgba, expected: readonly number[], tolerance = 2): void {
  const [r, g, b, a = 255] = expected;
  const wanted = [r, g, b, a];
  const off = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]!)));
  expect(off, `${actual.join(',')} instead of ${wanted.join(',')}`).toBeLessThanOrEqual(tolerance);
}

/** Renders one frame and gives its pixels. */
function shown(
  layers: readonly Layer[],
  background: Effects['background'],
  object: Effects['object'] = { kind: 'none' },
  options: RenderOptions = { compare: false },
) {
  const { canvas, compositor } = open();
  expect(compositor.render(drawnFrame(), layers, effects(background, object), options)).toBe(true);
  return pixelsOf(canvas);
}

const INSIDE = [70, 55] as const;
const OUTSIDE = [10, 10] as const;
/** Outside, in the viewport of the matte. */
const NEAR = [105, 55] as const;
const KEEP = { kind: 'keep' } as const;

describe('backgrounds', () => {
  it('keeps the picture, the right way up', () => {
    const { canvas, compositor } = open();
    expect(compositor.render(drawnFrame(), [], effects(KEEP), { compare: false })).toBe(true);
    expect([canvas.width, canvas.height]).toEqual([FRAME.width, FRAME.height]);
    const at = pixelsOf(canvas);
    expectColour(at(...OUTSIDE), BLUE);
    expectColour(at(41, 31), RED);
    expectColour(at(99, 79), RED);
    expectColour(at(39, 31), BLUE);
    expectColour(at(41, 81), BLUE);
  });

  it('fills the rest with a colour', () => {
    const at = shown([layerOf()], { kind: 'colour', colour: '#80c020' });
    expectColour(at(...INSIDE), RED);
    expectColour(at(40, 30), RED);
    expectColour(at(39, 30), [0x80, 0xc0, 0x20]);
    expectColour(at(...OUTSIDE), [0x80, 0xc0, 0x20]);
    expectColour(at(...NEAR), [0x80, 0xc0, 0x20]);
  });

  it('makes the rest transparent, premultiplied at soft edges', () => {
    const half: MatteCoefficients = {
      ...redMatte(),
      data: new Float32Array(48).map((_, i) => (i % 4 === 3 ? 0.5 : 0)),
    };
    const at = shown([layerOf(), layerOf({ id: 2, matte: half })], { kind: 'transparent' });
    expectColour(at(...INSIDE), [...RED, 255]);
    expectColour(at(...OUTSIDE), [0, 0, 0, 0]);
    expectColour(at(...NEAR), [BLUE[0] / 2, BLUE[1] / 2, BLUE[2] / 2, 128]);
  });

  it('blurs the rest without the colours of the object', () => {
    const at = shown([layerOf()], { kind: 'blur', strength: 1 });
    expectColour(at(...INSIDE), RED);
    expectColour(at(40, 30), RED);
    for (const point of [OUTSIDE, NEAR, [38, 55], [70, 82]] as const) expectColour(at(...point), BLUE, 4);
  });

  it('blurs more with more strength', () => {
    const slope = (strength: number) => {
      // Without objects all is background: the square's edge at x = 40 becomes a ramp.
      const at = shown([], { kind: 'blur', strength });
      return Math.abs(at(41, 55)[0] - at(38, 55)[0]);
    };
    const [light, strong] = [slope(0.1), slope(1)];
    expect(light).toBeLessThan(RED[0] - BLUE[0]);
    expect(strong).toBeLessThan(light / 2);
    expectColour(shown([], { kind: 'blur', strength: 0 })(...INSIDE), RED);
  });

  it('puts a picture behind, cropped to cover the frame', async () => {
    // Twice as wide as the frame's shape: a red left, a green middle and a blue right part; half of each outer one is cut off.
    const picture = new OffscreenCanvas(320, 120);
    const context = picture.getContext('2d')!;
    for (const [i, colour] of ['#ff0000', '#00ff00', '#00ff00', '#0000ff'].entries()) {
      context.fillStyle = colour;
      context.fillRect(i * 80, 0, 80, 120);
    }
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, 320, 10);
    const { canvas, compositor } = open();
    compositor.setPicture(await createImageBitmap(picture));
    compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'picture' }), { compare: false });
    const at = pixelsOf(canvas);
    expectColour(at(...INSIDE), RED);
    expectColour(at(2, 100), [0, 255, 0]);
    expectColour(at(157, 100), [0, 255, 0]);
    expectColour(at(80, 3), [255, 255, 255]);
    compositor.setPicture(await createImageBitmap(picture, 0, 0, 80, 120));
    compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'picture' }), { compare: false });
    expectColour(pixelsOf(canvas)(2, 100), [255, 0, 0]);
  });

  it('takes a picture larger than a texture may be', async () => {
    const picture = new OffscreenCanvas(5000, 100);
    const context = picture.getContext('2d')!;
    context.fillStyle = '#40a0f0';
    context.fillRect(0, 0, 5000, 100);
    const { canvas, compositor } = open();
    const bitmap = await createImageBitmap(picture);
    compositor.setPicture(bitmap);
    expect(bitmap.width).toBe(0); // taken, and closed
    compositor.render(drawnFrame(), [layerOf()], effects({ kind: 'picture' }), { compare: false });
    expectColour(pixelsOf(canvas)(...OUTSIDE), [0x40, 0xa0, 0xf0]);
  });

  it('hides the room while there is no picture yet', () => {
    const at = shown([layerOf()], { kind: 'picture' });
    expectColour(at(...OUTSIDE), [0x20, 0x21, 0x24]);
    expectColour(at(...INSIDE), RED);
  });

  it('keeps objects in doubt, and not those that are lost, pending or only previewed', () => {
    for (const [look, kept] of [
      ['tracking', true],
      ['found', true],
      ['unsure', true],
      ['lost', false],
      ['pending', false],
    ] as const) {
      expectColour(shown([layerOf({ look })], { kind: 'transparent' })(...INSIDE), kept ? RED : [0, 0, 0, 0]);
    }
    expectColour(shown([layerOf({ look: 'preview' })], { kind: 'transparent' })(...INSIDE), [0, 0, 0, 0]);
  });

  it('shows the untouched frame while comparing', () => {
    const object = { kind: 'highlight', strength: 1 } as const;
    const at = shown([layerOf()], { kind: 'colour', colour: '#000000' }, object, { compare: true });
    expectColour(at(...INSIDE), RED);
    expectColour(at(...OUTSIDE), BLUE);
  });
});

/** How much of pure green lies over what was drawn below: 0..1, from the green channel. */
const greenOver = (pixel: Rgba, below: readonly number[]): number => (pixel[1] - below[1]!) / (255 - below[1]!);

/** Along the middle of the square, from its left side outwards: how much of the mark's green there is at each pixel. */
function crossSection(at: (x: number, y: number) => Rgba, y = 55): number[] {
  return Array.from({ length: 20 }, (_, i) => greenOver(at(20 + i, y), BLUE));
}

describe('marks', () => {
  it('tints the object, and nothing else', () => {
    const at = shown([layerOf()], KEEP, { kind: 'highlight', strength: 0.5 });
    expectColour(at(...INSIDE), [RED[0] / 2, (RED[1] + 255) / 2, RED[2] / 2]);
    expectColour(at(...OUTSIDE), BLUE);
    expectColour(at(...NEAR), BLUE);
    expect(greenOver(at(40, 55), RED)).toBeGreaterThan(0.6); // the thin edge
    expect(greenOver(at(43, 55), RED)).toBeCloseTo(0.5, 1);
  });

  it('draws an outline of the width that is asked for, around the object', () => {
    for (const width of [3, 6, 12]) {
      const at = shown([layerOf()], KEEP, { kind: 'outline', width });
      expectColour(at(...INSIDE), RED);
      expectColour(at(...OUTSIDE), BLUE);
      const drawn = crossSection(at).reduce((sum, value) => sum + value, 0);
      expect(Math.abs(drawn - width), `${drawn} pixels of green for a width of ${width}`).toBeLessThan(1.2);
    }
  });

  it('leaves the object unmarked when nothing is asked for', () => {
    expectColour(shown([layerOf({ selected: true })], KEEP)(...INSIDE), RED);
    expect(Math.max(...crossSection(shown([layerOf({ selected: true })], KEEP)))).toBeLessThan(0.02);
  });

  it('draws a selected object with a stronger edge', () => {
    const edge = (selected: boolean) => {
      const at = shown([layerOf({ selected })], KEEP, { kind: 'highlight', strength: 0 });
      return crossSection(at).reduce((sum, value) => sum + value, 0);
    };
    expect(edge(false)).toBeGreaterThan(0.3);
    expect(edge(true)).toBeGreaterThan(edge(false) * 1.3);
  });

  /** Green along the left side of the square, just outside it. */
  const alongEdge = (look: Layer['look'], phase = 0) => {
    const at = shown([layerOf({ look })], KEEP, { kind: 'highlight', strength: 0.5 }, { compare: false, phase });
    expectColour(
      at(...INSIDE),
      look === 'pending' || look === 'lost' || look === 'unsure' || look === 'preview' ? RED : [],
    );
    return Array.from({ length: 40 }, (_, i) => greenOver(at(39, 35 + i), BLUE));
  };

  it('dashes the edge of an object in doubt, without a tint', () => {
    const edge = alongEdge('unsure');
    const drawn = edge.filter((value) => value > 0.4).length;
    expect(drawn).toBeGreaterThan(12);
    expect(drawn).toBeLessThan(28);
    expect(edge.filter((value) => value < 0.05).length).toBeGreaterThan(12);
  });

  it('leaves a faint whole line where an object was lost, and none while it is pending', () => {
    const ghost = alongEdge('lost');
    expect(Math.min(...ghost)).toBeGreaterThan(0.1);
    expect(Math.max(...ghost)).toBeLessThan(0.5);
    expect(Math.max(...alongEdge('pending'))).toBeLessThan(0.02);
  });

  it('moves the dashes of a preview with the phase that is passed in', () => {
    const still = alongEdge('preview');
    expect(alongEdge('preview')).toEqual(still);
    expect(still.filter((value) => value > 0.4).length).toBeGreaterThan(12);
    const moved = alongEdge('preview', 0.5);
    const changed = moved.filter((value, i) => Math.abs(value - still[i]!) > 0.4).length;
    expect(changed).toBeGreaterThan(30);
  });

  it('lays tints and lines over transparency with premultiplied alpha', () => {
    const at = shown([layerOf()], { kind: 'transparent' }, { kind: 'outline', width: 6 });
    expectColour(at(36, 55), [0, 255, 0, 255]);
    expectColour(at(...INSIDE), RED);
    expectColour(at(...OUTSIDE), [0, 0, 0, 0]);
  });
});

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
    const pixel = (x: number, y: number): Rgba => {
      const [r, g, b, a] = context.getImageData(x, y, 1, 1).data;
      return [r!, g!, b!, a!];
    };
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
    const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data] as unknown as Rgba;
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
