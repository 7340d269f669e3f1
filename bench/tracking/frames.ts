/** Frames and truth of a folder of `<seq>/<frame>.jpg` + `.png`, decoded by ffmpeg, kept raw in the temporary folder. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PixelView } from '../../src/shared/frame.js';
import type { Size, Viewport } from '../../src/shared/geometry.js';
import { lumaFromRgba, lumaSizeOf, type LumaImage } from '../../src/tracking/luma.js';
import { sampleRgba, shrinkRgba, type RgbaImage } from '../../src/workers/sample-rgba.js';

export type Clip = {
  readonly name: string;
  readonly size: Size;
  readonly count: number;
  readonly fps: number;
  /** RGBA of one frame. */
  readonly rgba: (index: number) => Uint8ClampedArray<ArrayBuffer>;
  /** Truth of one frame, one byte a pixel, 0 or 1; null where the clip has none. */
  readonly truth: (index: number) => Uint8Array | null;
};

export const DAVIS_FPS = 24;

function ffmpeg(args: readonly string[]): Buffer {
  const done = spawnSync('ffmpeg', ['-v', 'error', '-threads', '1', ...args, '-'], { maxBuffer: 1 << 30 });
  if (done.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${done.stderr.toString()}`);
  return done.stdout;
}

function probe(path: string): Size {
  const done = spawnSync('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
    path,
  ]);
  const [width, height] = done.stdout.toString().trim().split(',').map(Number);
  if (width === undefined || height === undefined) throw new Error(`no picture in ${path}`);
  return { width, height };
}

function cached(key: string, make: () => Buffer): Buffer {
  const folder = join(tmpdir(), 'tracking-bench');
  const file = join(folder, key);
  if (existsSync(file)) return readFileSync(file);
  mkdirSync(folder, { recursive: true });
  const made = make();
  // Whole or not at all: another bench may read it meanwhile.
  const unfinished = `${file}.part-${process.pid}`;
  writeFileSync(unfinished, made);
  renameSync(unfinished, file);
  return made;
}

const rgbaOf = (rgb: Buffer, size: Size, index: number): Uint8ClampedArray<ArrayBuffer> => {
  const n = size.width * size.height;
  const out = new Uint8ClampedArray(n * 4);
  for (let i = 0, from = index * n * 3, to = 0; i < n; i++, to += 4) {
    out[to] = rgb[from++]!;
    out[to + 1] = rgb[from++]!;
    out[to + 2] = rgb[from++]!;
    out[to + 3] = 255;
  }
  return out;
};

export function sequenceNames(root: string, wanted: string | undefined): string[] {
  const all = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return wanted === undefined ? all : all.filter((name) => wanted.split(',').includes(name));
}

/** When a folder's files were last written, seconds: a sequence that was made anew is decoded anew. */
const newest = (folder: string): number =>
  Math.round(Math.max(...readdirSync(folder).map((file) => statSync(join(folder, file)).mtimeMs)) / 1000);

export function loadSequence(root: string, name: string): Clip {
  const folder = resolve(root, name);
  const count = readdirSync(folder).filter((file) => file.endsWith('.jpg')).length;
  const size = probe(join(folder, '00000.jpg'));
  const key = `${name}-${createHash('sha1').update(folder).digest('hex').slice(0, 8)}-${newest(folder)}`;
  const rgb = cached(`${key}.rgb`, () =>
    ffmpeg(['-i', join(folder, '%05d.jpg'), '-f', 'rawvideo', '-pix_fmt', 'rgb24']),
  );
  const grey = cached(`${key}.truth`, () =>
    ffmpeg(['-i', join(folder, '%05d.png'), '-f', 'rawvideo', '-pix_fmt', 'gray']),
  );
  const n = size.width * size.height;
  return {
    name,
    size,
    count,
    fps: DAVIS_FPS,
    rgba: (index) => rgbaOf(rgb, size, index),
    truth: (index) => grey.subarray(index * n, (index + 1) * n).map((value) => (value > 100 ? 1 : 0)),
  };
}

export function loadVideo(path: string, longSide: number, fps: number): Clip {
  const full = probe(path);
  const scale = Math.min(1, longSide / Math.max(full.width, full.height));
  const size = { width: Math.round((full.width * scale) / 2) * 2, height: Math.round((full.height * scale) / 2) * 2 };
  const key = `${path.replaceAll('/', '_')}-${size.width}-${fps}.rgb`;
  const rgb = cached(key, () =>
    ffmpeg(['-i', path, '-vf', `fps=${fps},scale=${size.width}:${size.height}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24']),
  );
  const count = Math.floor(rgb.length / (size.width * size.height * 3));
  return { name: path, size, count, fps, rgba: (index) => rgbaOf(rgb, size, index), truth: () => null };
}

export const timeOf = (clip: Clip, index: number): number => Math.round((index * 1e6) / clip.fps);

const PADDING = [124, 116, 104] as const;

const imageOf = (rgba: Uint8ClampedArray<ArrayBuffer>, frame: Size): RgbaImage => ({
  ...frame,
  data: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length),
});

/** Pixels of a viewport, read as the pipeline reads them. */
export function readView(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  frame: Size,
  viewport: Viewport,
  size: Size,
  timestampUs: number,
): PixelView {
  return { rgba: sampleRgba(imageOf(rgba, frame), viewport, size, PADDING), ...size, viewport, timestampUs };
}

export function lumaOf(
  rgba: Uint8ClampedArray<ArrayBuffer>,
  frame: Size,
  timestampUs: number,
  longSide?: number,
): LumaImage {
  const size = lumaSizeOf(frame, longSide);
  return lumaFromRgba(shrinkRgba(imageOf(rgba, frame), size), size, frame, timestampUs);
}

/** One photo and its instance map (grey PNG, 0 background). */
export function loadPicture(
  root: string,
  id: string,
): { size: Size; rgba: Uint8ClampedArray<ArrayBuffer>; labels: Uint8Array } {
  const size = probe(join(root, `${id}.jpg`));
  const raw = (extension: string, format: string): Buffer =>
    cached(`${id}.${extension}.${format}`, () =>
      ffmpeg(['-i', join(root, `${id}.${extension}`), '-f', 'rawvideo', '-pix_fmt', format]),
    );
  return { size, rgba: rgbaOf(raw('jpg', 'rgb24'), size, 0), labels: new Uint8Array(raw('png', 'gray')) };
}
