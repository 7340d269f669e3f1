import type { Size } from '../../src/shared/geometry.js';
import { boundaryMap } from '../measures/boundary.js';
import type { Bits } from '../measures/truth.js';
import type { Photo } from './photo.js';
import type { Answer } from './questions.js';

const CELL_WIDTH = 320;
const LINE = 18;
const TINT = [0, 230, 90] as const;

/** A row for each instance: from its box, from its box in the zoomed view, from one tap in the whole view, from the tap as the app answers it.
 * Masks are tinted, the truth's edge is white. @returns a PNG as a data address; null for a photo without instances */
export async function drawSheet(photo: Photo, answers: readonly Answer[]): Promise<string | null> {
  if (answers.length === 0) return null;
  const cell = { width: CELL_WIDTH, height: Math.round((CELL_WIDTH * photo.size.height) / photo.size.width) };
  const canvas = new OffscreenCanvas(4 * cell.width, answers.length * cell.height);
  const context = canvas.getContext('2d')!;
  context.font = `bold ${LINE - 4}px sans-serif`;
  context.textBaseline = 'top';
  answers.forEach(({ figures, masks }, row) => {
    const { truth, tap } = photo.instances[row]!;
    const cells: [string, number, Bits, boolean][] = [
      ['box', figures.boxIoU, masks.box, false],
      ['box, zoomed', figures.boxZoomIoU, masks.boxZoom, false],
      ['tap, whole view', figures.tapIoU, masks.tap, true],
      [`tap in the app, ${figures.noc85} clicks to .85`, figures.tapAppIoU, masks.tapApp, true],
    ];
    cells.forEach(([what, iou, mask, isTap], column) => {
      const [x, y] = [column * cell.width, row * cell.height];
      context.drawImage(photo.bitmap, x, y, cell.width, cell.height);
      context.drawImage(overlay(mask, truth, photo.size), x, y, cell.width, cell.height);
      if (isTap) {
        const scale = cell.width / photo.size.width;
        context.fillStyle = 'red';
        context.fillRect(x + tap.x * scale - 3, y + tap.y * scale - 3, 6, 6);
      }
      const text = `${what}  ${iou.toFixed(2)}`;
      context.fillStyle = 'rgb(0 0 0 / 60%)';
      context.fillRect(x, y, context.measureText(text).width + 8, LINE);
      context.fillStyle = 'white';
      context.fillText(text, x + 4, y + 2);
    });
  });
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  return `data:image/png;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

function overlay(mask: Bits, truth: Bits, size: Size): OffscreenCanvas {
  const image = new ImageData(size.width, size.height);
  const [own, real] = [boundaryMap(mask, size), boundaryMap(truth, size)];
  mask.forEach((bit, i) => {
    if (real[i] === 1) image.data.set([255, 255, 255, 255], 4 * i);
    else if (bit === 1) image.data.set([...TINT, own[i] === 1 ? 255 : 90], 4 * i);
  });
  const canvas = new OffscreenCanvas(size.width, size.height);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
