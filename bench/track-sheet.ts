import type { Size } from '../src/shared/geometry.js';
import { boundaryMap } from './measures/boundary.js';
import type { Bits } from './measures/truth.js';
import type { ShownObject } from './track-contract.js';
import type { Film } from './track-player.js';

const CELLS = 12;
const COLUMNS = 4;
const CELL_WIDTH = 400;
const LINE = 18;

type Rgb = readonly [number, number, number];

/** One for each object, and again from the start. */
const COLOURS: readonly Rgb[] = [
  [0, 230, 90],
  [255, 90, 200],
  [70, 170, 255],
  [255, 190, 0],
  [170, 110, 255],
  [0, 220, 220],
];
const WHITE: Rgb = [255, 255, 255];

export type SheetObject = { readonly row: ShownObject; readonly mask: Bits; readonly truth: Bits };

/** A contact sheet: a dozen frames from first to last, masks tinted with a bright edge, the truth's edge in white, state and J in words. */
export class Sheet {
  readonly #size: Size;
  readonly #cell: Size;
  readonly #picked: ReadonlyMap<number, number>;
  readonly #canvas: OffscreenCanvas;

  /** @param shown how many frames were shown */
  constructor(shown: number, size: Size) {
    const cells = Math.min(CELLS, shown);
    const picks = Array.from({ length: cells }, (_, n) => Math.round((n * (shown - 1)) / Math.max(1, cells - 1)));
    this.#picked = new Map(picks.map((frame, cell) => [frame, cell]));
    this.#size = size;
    this.#cell = { width: CELL_WIDTH, height: Math.round((CELL_WIDTH * size.height) / size.width) };
    const rows = Math.max(1, Math.ceil(cells / COLUMNS));
    this.#canvas = new OffscreenCanvas(COLUMNS * this.#cell.width, rows * this.#cell.height);
  }

  /** Draws the `n`-th shown frame, if it is one of those chosen. */
  async add(n: number, film: Film, frame: number, objects: readonly SheetObject[]): Promise<void> {
    const cell = this.#picked.get(n);
    const context = this.#canvas.getContext('2d');
    if (cell === undefined || context === null) return;
    const { width, height } = this.#cell;
    const [x, y] = [(cell % COLUMNS) * width, Math.floor(cell / COLUMNS) * height];
    await film.with(frame, (picture) => context.drawImage(picture, x, y, width, height));
    context.drawImage(overlay(objects, this.#size), x, y, width, height);
    context.font = `bold ${LINE - 4}px sans-serif`;
    context.textBaseline = 'top';
    const write = (text: string, line: number, colour: string): void => {
      context.fillStyle = 'rgb(0 0 0 / 60%)';
      context.fillRect(x, y + line * LINE, context.measureText(text).width + 8, LINE);
      context.fillStyle = colour;
      context.fillText(text, x + 4, y + line * LINE + 2);
    };
    write(`frame ${frame}`, 0, 'white');
    objects.forEach(({ row }, i) =>
      write(
        `${row.state ?? 'no mask'}  J ${row.J.toFixed(2)}  F ${row.F.toFixed(2)}`,
        i + 1,
        `rgb(${colourOf(i).join(' ')})`,
      ),
    );
  }

  async toDataUrl(): Promise<string> {
    const blob = await this.#canvas.convertToBlob({ type: 'image/png' });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    return `data:image/png;base64,${btoa(text)}`;
  }
}

const colourOf = (object: number): Rgb => COLOURS[object % COLOURS.length]!;

function overlay(objects: readonly SheetObject[], size: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('No 2D canvas.');
  const image = context.createImageData(size.width, size.height);
  const paint = (at: number, colour: Rgb, alpha: number): void => image.data.set([...colour, alpha], at * 4);
  objects.forEach(({ mask }, i) => mask.forEach((bit, at) => bit === 1 && paint(at, colourOf(i), 70)));
  const edge = (bits: Bits, colour: Rgb): void =>
    boundaryMap(bits, size).forEach((bit, at) => {
      if (bit === 0) return;
      for (const thick of [0, 1, size.width, size.width + 1]) {
        if (at + thick < bits.length) paint(at + thick, colour, 255);
      }
    });
  objects.forEach(({ truth }) => edge(truth, WHITE));
  objects.forEach(({ mask }, i) => edge(mask, colourOf(i)));
  context.putImageData(image, 0, 0);
  return canvas;
}
