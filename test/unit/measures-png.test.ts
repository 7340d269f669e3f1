import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLabels } from '../../bench/measures/png.js';

type Png = { width: number; height: number; depth: number; colourType: number; interlaced?: boolean };

const chunk = (name: string, data: Uint8Array): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(name, 4);
  // Nobody reads the checksum.
  return Buffer.concat([head, data, Buffer.alloc(4)]);
};

/** A PNG of these scan lines, each with its filter's number in front; the data in two chunks. */
function png({ width, height, depth, colourType, interlaced = false }: Png, lines: readonly number[][]): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const data = deflateSync(Uint8Array.from(lines.flat()));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [data.subarray(0, 5), data.subarray(5)].map((part) => chunk('IDAT', part));
  return Buffer.concat([signature, chunk('IHDR', header), ...parts, chunk('IEND', Buffer.alloc(0))]);
}

const GREY = 0;
const RGB = 2;
const PALETTE = 3;
const RGBA = 6;

describe('truth in PNG files', () => {
  it('every filter', async () => {
    const lines = [
      [0, 10, 20, 30],
      [1, 10, 10, 10], // left: 10 20 30
      [2, 1, 1, 1], // above: 11 21 31
      [3, 5, 5, 5], // half of left and above: 5+5, (10+21)>>1 + 5, (20+31)>>1 + 5
      [4, 1, 1, 1], // Paeth: above 10, then 20 (nearest to 11+20-10 = 21), then 30
    ];
    const { width, height, values } = await readLabels(png({ width: 3, height: 5, depth: 8, colourType: GREY }, lines));
    expect({ width, height }).toEqual({ width: 3, height: 5 });
    expect([...values]).toEqual([10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 20, 30, 11, 21, 31]);
  });

  it('palette indices, several to a byte', async () => {
    const read = async (depth: number, line: number[], width: number) => [
      ...(await readLabels(png({ width, height: 1, depth, colourType: PALETTE }, [[0, ...line]]))).values,
    ];
    expect(await read(8, [0, 7, 255], 3)).toEqual([0, 7, 255]);
    expect(await read(4, [0x1f, 0x20], 3)).toEqual([1, 15, 2]);
    expect(await read(1, [0b10100000], 4)).toEqual([1, 0, 1, 0]);
  });

  it('16 bits, and grey saved as colours', async () => {
    const deep = png({ width: 2, height: 1, depth: 16, colourType: GREY }, [[0, 0, 3, 1, 0]]);
    expect([...(await readLabels(deep)).values]).toEqual([3, 256]);
    const opaque = png({ width: 2, height: 1, depth: 8, colourType: RGBA }, [[0, 255, 255, 255, 255, 0, 0, 0, 255]]);
    expect([...(await readLabels(opaque)).values]).toEqual([255, 0]);
  });

  it('what is no map of numbers is refused with the reason', async () => {
    const coloured = png({ width: 1, height: 1, depth: 8, colourType: RGB }, [[0, 128, 0, 0]]);
    await expect(readLabels(coloured)).rejects.toThrow('in colours');
    const interlaced = png({ width: 1, height: 1, depth: 8, colourType: GREY, interlaced: true }, [[0, 1]]);
    await expect(readLabels(interlaced)).rejects.toThrow('interlaced');
    const short = png({ width: 1, height: 2, depth: 8, colourType: GREY }, [[0, 1]]);
    await expect(readLabels(short)).rejects.toThrow('ends too early');
    await expect(readLabels(new TextEncoder().encode('no picture at all, though it is long enough'))).rejects.toThrow(
      'no PNG file',
    );
  });
});
