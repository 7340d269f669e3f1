import { FrameSender } from '../shared/frame-sender.js';
import type { FrameFeed } from '../shared/frame.js';

/** Between two looks at the video while the page is hidden, ms. */
const HIDDEN_TICK_MS = 33;
/** How long a paused video that has been sought may take to call back, ms. Chromium at times does not. */
const SOUGHT_MS = 100;

/**
 * What a frame is stamped with. `media`: its place in the file. `arrival`: when it came, for live streams, whose media time not every
 * browser keeps.
 */
export type FrameClock = 'media' | 'arrival';

/**
 * Posts every new picture of a `<video>` over a port. requestVideoFrameCallback says when there is one; as it sleeps while the page is
 * hidden, a worker's ticks take its place then.
 */
export class VideoFeed {
  readonly feed: FrameFeed;
  readonly #video: HTMLVideoElement;
  readonly #clock: FrameClock;
  readonly #sender: FrameSender;
  readonly #ended = new AbortController();
  #ticker: Worker | null = null;
  #callback = 0;
  #sought: ReturnType<typeof setTimeout> | undefined;
  #lastTime = -1;
  #lastStampUs = -Infinity;

  constructor(video: HTMLVideoElement, clock: FrameClock) {
    const { port1, port2 } = new MessageChannel();
    this.feed = { kind: 'port', port: port2 };
    this.#sender = new FrameSender(port1);
    this.#video = video;
    this.#clock = clock;
    const { signal } = this.#ended;
    document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
    video.addEventListener('seeked', () => this.#followSeek(), { signal });
    this.#await();
    this.#followVisibility();
    // The picture that is already there has no callback coming while the video is paused.
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#post(video.currentTime, performance.now());
  }

  end(): void {
    this.#ended.abort();
    clearTimeout(this.#sought);
    this.#video.cancelVideoFrameCallback(this.#callback);
    this.#ticker?.terminate();
    this.#ticker = null;
    this.#sender.end();
  }

  #await(): void {
    this.#callback = this.#video.requestVideoFrameCallback((now, { mediaTime }) => {
      this.#post(mediaTime, now);
      this.#await();
    });
  }

  #followVisibility(): void {
    if (document.hidden && this.#ticker === null) {
      this.#ticker = new Worker(new URL('../workers/ticker.worker.ts', import.meta.url), { type: 'module' });
      this.#ticker.onmessage = () => document.hidden && this.#postIfNew();
    }
    this.#ticker?.postMessage(document.hidden ? HIDDEN_TICK_MS : 0);
  }

  #followSeek(): void {
    if (document.hidden) return this.#postIfNew();
    clearTimeout(this.#sought);
    if (this.#video.paused) this.#sought = setTimeout(() => this.#video.paused && this.#postIfNew(), SOUGHT_MS);
  }

  #postIfNew(): void {
    if (this.#video.seeking || this.#video.currentTime === this.#lastTime) return;
    this.#post(this.#video.currentTime, performance.now());
  }

  #post(mediaTime: number, now: number): void {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#lastTime = this.#video.currentTime;
    const timestamp = Math.round(this.#clock === 'media' ? mediaTime * 1e6 : now * 1000);
    if (timestamp === this.#lastStampUs) return;
    this.#lastStampUs = timestamp;
    this.#sender.takeFrame(new VideoFrame(this.#video, { timestamp }));
  }
}
