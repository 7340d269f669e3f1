import type { FrameAck, FrameFeed, FrameMessage } from '../../src/shared/frame.js';

export type SeenFrame = {
  readonly timestampUs: number;
  readonly width: number;
  readonly height: number;
  readonly closed: boolean;
};

/** Reads a feed as the pipeline does, closing (or handing over) every frame at once. */
export class FeedReader {
  readonly seen: SeenFrame[] = [];
  /** Resolves when the feed has ended. */
  readonly ended: Promise<void>;
  readonly #look: (frame: VideoFrame) => void;
  #wake: () => void = () => undefined;

  /** @param look sees every frame before it is closed */
  constructor(feed: FrameFeed, look: (frame: VideoFrame) => void = () => undefined) {
    this.#look = look;
    this.ended = feed.kind === 'port' ? this.#readPort(feed.port) : this.#readStream(feed.stream);
  }

  /** Resolves once `enough` says so about what has been seen; rejects when the feed ends before. */
  async until(enough: (seen: readonly SeenFrame[]) => boolean): Promise<readonly SeenFrame[]> {
    const over = this.ended.then(() => true);
    while (!enough(this.seen)) {
      const next = new Promise<boolean>((resolve) => (this.#wake = () => resolve(false)));
      if ((await Promise.race([next, over])) && !enough(this.seen))
        throw new Error(`The feed ended after ${this.seen.length} frames.`);
    }
    return this.seen;
  }

  count(frames: number): Promise<readonly SeenFrame[]> {
    return this.until((seen) => seen.length >= frames);
  }

  #take(frame: VideoFrame): void {
    const { timestamp, displayWidth, displayHeight } = frame;
    try {
      this.#look(frame);
    } finally {
      frame.close();
    }
    this.seen.push({
      timestampUs: timestamp,
      width: displayWidth,
      height: displayHeight,
      closed: frame.format === null,
    });
    this.#wake();
  }

  async #readStream(stream: ReadableStream<VideoFrame>): Promise<void> {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#take(value);
    }
  }

  #readPort(port: MessagePort): Promise<void> {
    return new Promise((resolve) => {
      port.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
        if (data.kind === 'end') {
          port.close();
          return resolve();
        }
        this.#take(data.frame);
        const taken: FrameAck = { kind: 'taken' };
        port.postMessage(taken);
      };
    });
  }
}

export const increasing = (seen: readonly SeenFrame[]): boolean =>
  seen.every((frame, index) => index === 0 || frame.timestampUs > seen[index - 1]!.timestampUs);

/** The value of a result that should be one. */
export function valueOf<T>(
  result:
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: { readonly what: string } },
): T {
  if (!result.ok) throw new Error(result.problem.what);
  return result.value;
}
