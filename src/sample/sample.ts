import type { Point, Size } from '../shared/geometry.js';
import { LOOP_SECONDS } from './cast.js';
import { drawScene } from './scene.js';

/** One frame of the sample with its truth. */
export type SampleFrame = {
  readonly size: Size;
  /** RGBA, 8 bit, opaque, row-major, `height * width * 4` bytes. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Whose every pixel is: 0 = background, else {@link SampleObject.id}. Visible pixels only; shadows belong to what they fall on. */
  readonly ids: Uint8Array<ArrayBuffer>;
  /** `frameIndex / frameRate`; goes on growing from one loop to the next. */
  readonly timestampUs: number;
};

/** What can be changed about the scene. The same variant always gives the same frames. */
export type SampleVariant = {
  /** 0 = the sample as shown; any other integer shifts everyone to another moment of their round. */
  readonly seed: number;
  /** Ids of those who play; null = all. */
  readonly cast: readonly number[] | null;
  /** How fast everything but the camera moves; an integer keeps the loop seamless. */
  readonly speed: number;
  /** Camera motion, 0 = none .. 1 = as shown. */
  readonly pan: number;
  /** Frame indices at which the picture cuts to a closer view and back. */
  readonly cuts: readonly number[];
};

export const HOME_VARIANT: SampleVariant = { seed: 0, cast: null, speed: 1, pan: 1, cuts: [] };

export type SampleObject = {
  readonly id: number;
  readonly name: string;
  /** A compact thing that is never hidden for long: fair for a first test. */
  readonly plain: boolean;
  /** Well inside the object on frame 0 of {@link HOME_VARIANT}, pixels of `SAMPLE_SCENE.size`. */
  readonly tap: Point;
};

const FRAME_RATE = 30;

export const SAMPLE_SCENE = {
  size: { width: 640, height: 360 },
  frameRate: FRAME_RATE,
  durationSeconds: LOOP_SECONDS,
  /** Frame n and frame n + loopFrames have the same picture. */
  loopFrames: LOOP_SECONDS * FRAME_RATE,
  objects: [
    { id: 1, name: 'person', plain: false, tap: { x: 441, y: 196 } },
    { id: 2, name: 'striped mug', plain: false, tap: { x: 238, y: 264 } },
    { id: 3, name: 'beach ball', plain: false, tap: { x: 120, y: 215 } },
    { id: 4, name: 'toy car', plain: false, tap: { x: 139, y: 306 } },
    { id: 5, name: 'first duck', plain: false, tap: { x: 362, y: 265 } },
    { id: 6, name: 'second duck', plain: false, tap: { x: 470, y: 265 } },
    { id: 7, name: 'apple', plain: true, tap: { x: 533, y: 285 } },
    { id: 8, name: 'butterfly', plain: false, tap: { x: 385, y: 50 } },
  ],
} as const satisfies {
  size: Size;
  frameRate: number;
  durationSeconds: number;
  loopFrames: number;
  objects: readonly SampleObject[];
};

/**
 * Draws one frame of the built-in sample: things on a table in a garden, seen by a slowly panning camera.
 * Textures are made on the first call (some tenths of a second); after that a frame takes a few milliseconds.
 * @param frameIndex 0, 1, 2, ...; repeats after `SAMPLE_SCENE.loopFrames`
 * @param size any size; the scene covers it, centred, cropped where the shape differs from 16:9
 */
export function renderSampleFrame(
  frameIndex: number,
  size: Size = SAMPLE_SCENE.size,
  variant: SampleVariant = HOME_VARIANT,
): SampleFrame {
  return drawScene(frameIndex, FRAME_RATE, size, variant);
}
