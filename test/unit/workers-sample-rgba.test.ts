import { describe, expect, it } from 'vitest';
import { sampleRgba, shrinkRgba, type RgbaImage, type Rgb } from '../../src/workers/sample-rgba.js';

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

  it.each([1.3, 1.7, 2, 3.2, 6.5])('averages fine stripes away when it shrinks by %f', (ratio) => {
    const source = image(130, 130, (x) => [x % 2 === 0 ? 0 : 200, 50, 0]);
    const side = Math.floor(104 / ratio);
    const view = { x: 11, y: 11, width: side * ratio, height: side * ratio };
    const reds = [...sampleRgba(source, view, { width: side, height: side }, PADDING)].filter((_, i) => i % 4 === 0);
    const mean = reds.reduce((a, b) => a + b, 0) / reds.length;
    const spread = Math.sqrt(reds.reduce((sum, red) => sum + (red - mean) ** 2, 0) / reds.length);
    expect(mean).toBeCloseTo(100, -1);
    expect(spread).toBeLessThan(40); // the stripes themselves have 100
  });

  it.each([1.3, 2, 3])('keeps a ramp where it is when it shrinks by %f', (ratio) => {
    const source = image(60, 60, (x) => [x * 4, 0, 0]);
    const view = { x: 10, y: 10, width: 12 * ratio, height: 12 * ratio };
    const out = sampleRgba(source, view, { width: 12, height: 12 }, PADDING);
    for (let i = 0; i < 12; i++)
      expect(Math.abs(pixel(out, 12, i, 5)[0]! - 4 * (10 + (i + 0.5) * ratio - 0.5))).toBeLessThan(1.5);
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

describe('shrinkRgba', () => {
  it('is the mean of each 2x2 pixels at half size', () => {
    const source = image(8, 6, (x, y) => [x % 2 === 0 ? 0 : 200, y % 2 === 0 ? 40 : 60, x * 10]);
    const out = shrinkRgba(source, { width: 4, height: 3 });
    for (let i = 0; i < 12; i++) expect(pixel(out, 4, i % 4, i >> 2)).toEqual([100, 50, 20 * (i % 4) + 5, 255]);
  });
});
