import { describe, expect, it } from 'vitest';
import { sampleRgba, type RgbaImage, type Rgb } from '../../src/workers/sample-rgba.js';

const PADDING: Rgb = [9, 8, 7];

function image(width: number, height: number, colour: (x: number, y: number) => Rgb): RgbaImage {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 4) data.set([...colour(x, y), 255], at);
  return { width, height, data };
}

const pixel = (rgba: Uint8ClampedArray, width: number, x: number, y: number): number[] => [
  ...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];

describe('sampleRgba', () => {
  it('gives an image back unchanged at its own size', () => {
    const source = image(5, 4, (x, y) => [x * 10, y * 20, 3]);
    const out = sampleRgba(source, { x: 0, y: 0, width: 5, height: 4 }, { width: 5, height: 4 }, PADDING);
    expect([...out]).toEqual([...source.data]);
  });

  it('averages when it shrinks', () => {
    const source = image(8, 8, (x) => [x % 2 === 0 ? 0 : 200, 50, 0]);
    const out = sampleRgba(source, { x: 0, y: 0, width: 8, height: 8 }, { width: 4, height: 4 }, PADDING);
    for (let i = 0; i < 16; i++) expect(pixel(out, 4, i % 4, i >> 2)).toEqual([100, 50, 0, 255]);
  });

  it('interpolates a ramp when it enlarges', () => {
    const source = image(10, 10, (x) => [x * 20, 0, 0]);
    const out = sampleRgba(source, { x: 2, y: 2, width: 4, height: 4 }, { width: 16, height: 16 }, PADDING);
    // The ramp at frame x is 20 * (x - .5); output column i stands at x = 2 + (i + .5) / 4.
    for (let i = 0; i < 16; i++) expect(pixel(out, 16, i, 5)[0]).toBeCloseTo(20 * (2 + (i + 0.5) / 4 - 0.5), -0.5);
  });

  it.each([
    ['shrunk', 4],
    ['enlarged', 32],
  ])('pads outside the image, %s', (_name, side) => {
    const source = image(8, 8, () => [200, 200, 200]);
    const out = sampleRgba(source, { x: -8, y: 0, width: 16, height: 16 }, { width: side, height: side }, PADDING);
    expect(pixel(out, side, 0, 0)).toEqual([...PADDING, 255]);
    expect(pixel(out, side, side - 1, 0)).toEqual([200, 200, 200, 255]);
    expect(pixel(out, side, side - 1, side - 1)).toEqual([...PADDING, 255]);
  });
});
