import type { Ledger } from './frame-ledger.js';

/**
 * One slot between the source and the loop.
 * `newest-wins`: a frame that arrives while the slot is full replaces (and closes) the waiting one, so the loop never works on old news.
 * `wait`: the source waits until the slot is empty, so nothing is lost.
 */
export class FrameMailbox {
  readonly #ledger: Ledger;
  readonly #policy: 'newest-wins' | 'wait';
  #slot: VideoFrame | null = null;
  #ended = false;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;
  #received = 0;
  #dropped = 0;

  readonly #onReceived: () => void;

  constructor(ledger: Ledger, policy: 'newest-wins' | 'wait', onReceived: () => void = () => undefined) {
    this.#ledger = ledger;
    this.#policy = policy;
    this.#onReceived = onReceived;
  }

  get received(): number {
    return this.#received;
  }

  /** Frames that were replaced before the loop took them. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes ownership of the frame. Resolves when the source may go on. */
  async putFrame(frame: VideoFrame): Promise<void> {
    this.#ledger.own(frame);
    this.#received++;
    this.#onReceived();
    while (this.#policy === 'wait' && this.#slot !== null && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    }
    if (this.#ended) return this.#ledger.close(frame);
    if (this.#slot !== null) {
      this.#dropped++;
      this.#ledger.close(this.#slot);
    }
    this.#slot = frame;
    this.#wakeReader?.();
  }

  /** The next frame, now owned by the caller; null once the source has ended. One reader at a time. */
  async takeNext(): Promise<VideoFrame | null> {
    while (this.#slot === null && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
    const frame = this.#slot;
    this.#slot = null;
    this.#wakeReader = null;
    this.#wakeWriter?.();
    return frame;
  }

  /** No more frames will come; the one that waits can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** Ends and closes what waits. */
  drain(): void {
    this.end();
    if (this.#slot !== null) this.#ledger.close(this.#slot);
    this.#slot = null;
  }
}
