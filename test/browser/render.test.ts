import { describe, expect, it } from 'vitest';
import type { MatteCoefficients } from '../../src/render/layer.js';
import {
  FRAME,
  RED,
  BLUE,
  INSIDE,
  OUTSIDE,
  NEAR,
  KEEP,
  layerOf,
  effects,
  drawnFrame,
  redMatte,
  open,
  pixelsOf,
  expectColour,
  shown,
  type Rgba,
} from './render-scene.js';

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
    const beside: readonly (readonly [number, number])[] = [OUTSIDE, NEAR, [38, 55], [70, 82]];
    for (const [x, y] of beside) expectColour(at(x, y), BLUE, 4);
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
  const alongEdge = (look: 'unsure' | 'lost' | 'pending' | 'preview', phase = 0) => {
    const at = shown([layerOf({ look })], KEEP, { kind: 'highlight', strength: 0.5 }, { compare: false, phase });
    expectColour(at(...INSIDE), RED);
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
