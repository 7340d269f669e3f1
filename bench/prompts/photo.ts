import type { PixelView } from '../../src/shared/frame.js';
import type { Box, Point, Size, Viewport } from '../../src/shared/geometry.js';
import { PixelReader, sizeOfFrame } from '../../src/workers/frame-pixels.js';
import { loadPicture } from '../pictures.js';
import { areaOf, bitsOf, boxOf, loadLabels, type Bits } from '../measures/truth.js';
import { deepestOf } from './deepest.js';

/** Instances smaller than this share of the picture are not asked for, and of the others the largest only. */
const SMALLEST = 0.003;
const MOST = 6;
/** Not to be judged. */
const IGNORED = 255;

/** One object of a photo. */
export type Instance = {
  /** Its value in the label map. */
  readonly id: number;
  /** Of the picture, 0..1. */
  readonly share: number;
  readonly truth: Bits;
  readonly box: Box;
  /** Its deepest point. */
  readonly tap: Point;
};

/** A photo with its label map, read as the pipeline reads a frame. Close it. */
export class Photo {
  readonly size: Size;
  readonly bitmap: ImageBitmap;
  readonly instances: readonly Instance[];
  /** 1 where nothing is judged; null when that is nowhere. */
  readonly ignored: Bits | null;
  readonly #frame: VideoFrame;
  readonly #reader = new PixelReader();

  private constructor(bitmap: ImageBitmap, frame: VideoFrame, instances: readonly Instance[], ignored: Bits | null) {
    this.bitmap = bitmap;
    this.#frame = frame;
    this.size = sizeOfFrame(frame);
    this.instances = instances;
    this.ignored = ignored;
  }

  /** @throws when a file cannot be read, or when photo and labels differ in size */
  static async load(image: string, labels: string): Promise<Photo> {
    const map = await loadLabels(labels);
    const { width, height } = map;
    const bitmap = await loadPicture(image);
    if (bitmap.width !== width || bitmap.height !== height)
      throw new Error(`${image} has ${bitmap.width}x${bitmap.height} pixels, its labels ${width}x${height}.`);
    const counts = new Map<number, number>();
    for (const value of map.values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const ids = [...counts.keys()].filter(
      (id) => id > 0 && id < IGNORED && counts.get(id)! >= SMALLEST * map.values.length,
    );
    const instances = ids
      .sort((a, b) => counts.get(b)! - counts.get(a)! || a - b)
      .slice(0, MOST)
      .map((id): Instance => {
        const truth = bitsOf(map, id);
        const share = areaOf(truth) / truth.length;
        return { id, share, truth, box: boxOf(truth, map)!, tap: deepestOf(truth, map) };
      });
    const photo = new Photo(
      bitmap,
      new VideoFrame(bitmap, { timestamp: 0 }),
      instances,
      counts.has(IGNORED) ? bitsOf(map, IGNORED) : null,
    );
    await photo.#reader.load(photo.#frame);
    return photo;
  }

  read(viewport: Viewport, input: Size): PixelView {
    return this.#reader.read(this.#frame, viewport, input);
  }

  close(): void {
    this.#frame.close();
    this.bitmap.close();
  }
}
