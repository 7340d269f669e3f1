import type { Size } from '../../src/shared/geometry.js';

/** What a PNG says of each pixel, row-major: the grey value, or the index into the palette. */
export type Labels = Size & { readonly values: Uint16Array };

type Header = Size & { readonly depth: number; readonly colourType: number };

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples of a pixel by the colour type of the PNG specification: grey, RGB, palette, grey and alpha, RGBA. */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/**
 * The values in a PNG file (https://www.w3.org/TR/png-3/) as they were written. A canvas would not do: it turns palette indices into colours.
 * @throws when the file is no PNG, is interlaced, or has colours instead of one value a pixel
 */
export async function readLabels(file: Uint8Array): Promise<Labels> {
  const { header, data } = readChunks(file);
  const channels = CHANNELS.get(header.colourType);
  if (channels === undefined) throw new Error(`a PNG of the unknown colour type ${header.colourType}`);
  const { width, height, depth } = header;
  const stride = Math.ceil((width * channels * depth) / 8);
  const rows = unfilter(await inflate(data), stride, height, Math.max(1, (channels * depth) / 8));
  const values = new Uint16Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = rows.subarray(y * stride, (y + 1) * stride);
    for (let x = 0; x < width; x++, i++) {
      values[i] = sampleAt(row, x * channels, depth);
      for (let c = 1; c < 3 && channels >= 3; c++) {
        if (sampleAt(row, x * channels + c, depth) !== values[i])
          throw new Error('a truth in colours; save it as grey values or with a palette, one number for each object');
      }
    }
  }
  return { width, height, values };
}

function readChunks(file: Uint8Array): { header: Header; data: Uint8Array<ArrayBuffer>[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 33 || SIGNATURE.some((byte, i) => file[i] !== byte)) throw new Error('no PNG file');
  if (file[28] !== 0) throw new Error('an interlaced PNG; save it without interlacing');
  const data: Uint8Array<ArrayBuffer>[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (name === 'IDAT') data.push(new Uint8Array(file.subarray(at + 8, at + 8 + length)));
    at += 12 + length;
  }
  const header = { width: view.getUint32(16), height: view.getUint32(20), depth: file[24]!, colourType: file[25]! };
  return { header, data };
}

async function inflate(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array> {
  const stream = new Blob([...parts]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undoes the five filters of the PNG specification; `step` is the number of bytes to the pixel on the left. */
function unfilter(filtered: Uint8Array, stride: number, height: number, step: number): Uint8Array {
  if (filtered.length < (stride + 1) * height) throw new Error('a PNG that ends too early');
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < step ? 0 : rows[at - step]!;
      const above = y === 0 ? 0 : rows[at - stride]!;
      const corner = x < step || y === 0 ? 0 : rows[at - stride - step]!;
      rows[at] = filtered[y * (stride + 1) + 1 + x]! + predict(filter, left, above, corner);
    }
  }
  return rows;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  return filter === 3 ? (left + above) >> 1 : paeth(left, above, corner);
}

function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [
    Math.abs(above - corner),
    Math.abs(left - corner),
    Math.abs(left + above - 2 * corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function sampleAt(row: Uint8Array, index: number, depth: number): number {
  if (depth === 16) return row[2 * index]! * 256 + row[2 * index + 1]!;
  const bit = index * depth;
  return (row[bit >> 3]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
