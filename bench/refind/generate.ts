/** Writes the re-find set as `<out>/<sequence>/<frame>.jpg` + `.png`, the latter 255 where the target is visible and 0 elsewhere. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { drawFilm, FILM_FPS, FILM_SIZE, frameCount, type Sequence } from './film.js';

/** Draws the sequences that are not there yet. Two benches at once may draw the same ones: the first to finish wins. */
export function generate(sequences: readonly Sequence[], out: string): void {
  for (const sequence of sequences) {
    const folder = join(out, sequence.name);
    if (existsSync(folder)) continue;
    const unfinished = `${folder}.part-${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    try {
      const frames = Array.from({ length: frameCount(sequence) }, (_, index) => drawFilm(sequence, index));
      write(
        frames.map(({ rgb }) => rgb),
        'rgb24',
        ['-pix_fmt', 'yuvj420p', '-q:v', '3', join(unfinished, '%05d.jpg')],
      );
      write(
        frames.map(({ truth }) => truth),
        'gray',
        [join(unfinished, '%05d.png')],
      );
      if (!existsSync(folder)) renameSync(unfinished, folder);
      console.log('drawn', sequence.name, frames.length, 'frames');
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
}

function write(pictures: readonly Uint8Array[], format: string, to: readonly string[]): void {
  const size = `${FILM_SIZE.width}x${FILM_SIZE.height}`;
  const from = ['-f', 'rawvideo', '-pix_fmt', format, '-s', size, '-r', String(FILM_FPS), '-i', '-'];
  const done = spawnSync('ffmpeg', ['-v', 'error', '-threads', '1', ...from, '-start_number', '0', ...to], {
    input: Buffer.concat(pictures),
    maxBuffer: 1 << 20,
  });
  const said = done.stderr?.toString().trim() ?? '';
  if (done.error !== undefined)
    throw new Error(`ffmpeg is needed to write the pictures: ${done.error.message} ${said}`);
  if (done.status !== 0) throw new Error(`ffmpeg: ${said}`);
}
