import { FrameSender } from '../src/shared/frame-sender.js';
import type { Size } from '../src/shared/geometry.js';
import type {
  MaskObservation,
  MaskObserverOptions,
  ObjectId,
  ObjectState,
  PipelineSettings,
} from '../src/shared/pipeline-api.js';
import { runsOf, type Runs } from './measures/runs.js';
import { loadPicture } from './pictures.js';

/** One shown frame. */
export type Shown = {
  readonly timestampUs: number;
  /** On the page's clock, ms. */
  readonly at: number;
  readonly mattes: ReadonlyMap<ObjectId, { readonly runs: Runs; readonly state: ObjectState; readonly ageMs: number }>;
};

const SHOW_LIMIT_MS = 60_000;

/** Remembers every shown frame. */
export class Watcher {
  readonly shown: Shown[] = [];
  #wake: () => void = () => undefined;

  /** A new observer whose observations come here. */
  observer(size: Size, read: MaskObserverOptions['read']): MaskObserverOptions {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { timestampUs, shownAtMs, mattes } }: MessageEvent<MaskObservation>) => {
      const compact = mattes.map(({ id, alpha, ...rest }) => [id, { runs: runsOf(alpha), ...rest }] as const);
      this.shown.push({ timestampUs, at: shownAtMs - performance.timeOrigin, mattes: new Map(compact) });
      this.#wake();
    };
    return { port: port2, size, read };
  }

  get last(): Shown | undefined {
    return this.shown.at(-1);
  }

  /** Resolves once this frame or a later one was shown; rejects when none comes in a minute. */
  until(timestampUs: number): Promise<void> {
    return this.#wait(() => this.last !== undefined && this.last.timestampUs >= timestampUs);
  }

  /** Resolves once so many frames were shown since the beginning; rejects when none comes in a minute. */
  untilCount(frames: number): Promise<void> {
    return this.#wait(() => this.shown.length >= frames);
  }

  async #wait(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('No frame was shown for a minute.')), SHOW_LIMIT_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/**
 * The pictures of a clip. Before it is played live all are brought into memory as plain pixels, since decoding and converting them would take time from
 * the pipeline; otherwise they are read one by one.
 */
export class Film {
  readonly #addresses: readonly string[];
  #pixels: readonly ImageData[] = [];

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  async loadAll(): Promise<void> {
    const pixels: ImageData[] = [];
    for (const index of this.#addresses.keys()) pixels.push(await this.with(index, pixelsOf));
    this.#pixels = pixels;
  }

  /** Calls back with a borrowed picture. */
  async with<T>(index: number, use: (picture: ImageBitmap) => T): Promise<T> {
    const picture = await loadPicture(this.#addresses[index]!);
    try {
      return use(picture);
    } finally {
      picture.close();
    }
  }

  /** One picture as a frame, which the caller closes. */
  async frame(index: number, timestamp: number): Promise<VideoFrame> {
    const pixels = this.#pixels[index];
    if (pixels === undefined) return this.with(index, (picture) => new VideoFrame(picture, { timestamp }));
    const { width, height, data } = pixels;
    return new VideoFrame(data, { format: 'RGBX', codedWidth: width, codedHeight: height, timestamp });
  }
}

function pixelsOf(picture: ImageBitmap): ImageData {
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('No 2D canvas.');
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

export type PlayerParts = {
  readonly port: MessagePort;
  readonly film: Film;
  readonly size: Size;
  readonly frameRate: number;
  readonly mode: PipelineSettings['mode'];
  readonly watcher: Watcher;
};

type Posted = { readonly picture: number; readonly at: number };

/**
 * Posts the pictures as frames, the n-th with the timestamp `n / frameRate`: live at its time, whether or not anyone is ready; in lockstep when
 * the one before was shown.
 */
export class Player {
  readonly #parts: PlayerParts;
  readonly #sender: FrameSender;
  readonly #frameMs: number;
  /** By timestamp, µs. */
  readonly posted = new Map<number, Posted>();
  #nextAt = performance.now();

  constructor(parts: PlayerParts) {
    this.#parts = parts;
    this.#sender = new FrameSender(parts.port);
    this.#frameMs = 1000 / parts.frameRate;
  }

  /** Of the next frame, µs. */
  get nextUs(): number {
    return Math.round(this.posted.size * this.#frameMs * 1000);
  }

  /** When the time of a further frame has come. */
  async end(): Promise<void> {
    if (this.#parts.mode === 'live') await this.#waitForItsTime();
    this.#sender.end();
  }

  /** @throws when the picture has not the clip's size */
  async post(picture: number): Promise<void> {
    const { film, size, mode, watcher } = this.#parts;
    const timestamp = this.nextUs;
    if (mode === 'live') await this.#waitForItsTime();
    const frame = await film.frame(picture, timestamp);
    const { displayWidth, displayHeight } = frame;
    if (displayWidth !== size.width || displayHeight !== size.height) {
      frame.close();
      throw new Error(
        `Frame ${picture} has ${displayWidth}x${displayHeight} pixels, the first one ${size.width}x${size.height}.`,
      );
    }
    this.posted.set(timestamp, { picture, at: performance.now() });
    this.#sender.takeFrame(frame);
    if (mode === 'lockstep') await watcher.until(timestamp);
  }

  async #waitForItsTime(): Promise<void> {
    const wait = this.#nextAt - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.#nextAt = Math.max(this.#nextAt + this.#frameMs, performance.now());
  }
}
