import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clip } from './frames.js';

const COLUMNS = 6;
const MOST = 24;
/** Colours of the second object and those after it; the first has that of its state. */
const OTHERS = [
  [0, 120, 255],
  [255, 0, 220],
  [0, 230, 255],
];

/**
 * A contact sheet: evenly spaced frames with the masks in colour and the truth's edge.
 * @param masks per frame the number of the object at each pixel, 0 = none
 * @param states of the first object: green = tracking or found, yellow = unsure, red = lost
 */
export function writeSheet(
  path: string,
  clip: Clip,
  masks: readonly Uint8Array[],
  states: readonly string[],
  scores: readonly number[],
  most = MOST,
): void {
  const shown = Math.min(most, masks.length);
  const scale = Math.max(1, Math.round(clip.size.width / 240));
  const width = Math.floor(clip.size.width / scale);
  const height = Math.floor(clip.size.height / scale);
  const rows = Math.ceil(shown / COLUMNS);
  const sheet = Buffer.alloc(width * COLUMNS * height * rows * 3);
  for (let n = 0; n < shown; n++) {
    const index = Math.floor((n * (masks.length - 1)) / Math.max(1, shown - 1));
    const rgba = clip.rgba(index);
    const mask = masks[index]!;
    const truth = clip.truth(index);
    const state = states[index]!;
    const tint = state === 'lost' ? [255, 0, 0] : state === 'unsure' ? [255, 220, 0] : [0, 255, 90];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = y * scale * clip.size.width + x * scale;
        const to = ((Math.floor(n / COLUMNS) * height + y) * width * COLUMNS + (n % COLUMNS) * width + x) * 3;
        // A bar at the bottom as long as the score, in the state's colour.
        const bar = y >= height - 4 && x < scores[index]! * width;
        const edge = truth !== null && truth[from] !== truth[from + scale];
        const object = mask[from]!;
        const colour = object > 1 ? OTHERS[(object - 2) % OTHERS.length]! : tint;
        for (let c = 0; c < 3; c++) {
          const value = rgba[from * 4 + c]!;
          sheet[to + c] = bar ? tint[c]! : edge ? 255 : object > 0 ? (value + colour[c]!) / 2 : value;
        }
      }
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  const size = `${width * COLUMNS}x${height * rows}`;
  spawnSync('ffmpeg', ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-i', '-', path], {
    input: sheet,
  });
}
