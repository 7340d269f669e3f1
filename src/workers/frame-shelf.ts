import type { Ledger } from './frame-ledger.js';

/**
 * The frames that outlive their turn: those that wait to be shown, the one on screen (redrawn when an effect changes, looked at when a tap comes), and
 * the few that a tap still being answered was made on.
 */
export class FrameShelf {
  readonly #ledger: Ledger;
  readonly #kept = new Map<number, VideoFrame>();
  /** Oldest first. */
  #waiting: VideoFrame[] = [];
  #shown: VideoFrame | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The frame on screen; borrowed. */
  get shown(): VideoFrame | null {
    return this.#shown;
  }

  /** The newest frame, on screen already or not; borrowed. */
  get newest(): VideoFrame | null {
    return this.#waiting.at(-1) ?? this.#shown;
  }

  /** How many frames wait to be shown. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes ownership of the newest frame. */
  take(frame: VideoFrame): VideoFrame {
    this.#waiting.push(frame);
    return frame;
  }

  /** Takes ownership of a copy as the newest frame, and closes the frame that it stands for. */
  takeInstead(frame: VideoFrame, copyOf: (frame: VideoFrame) => VideoFrame): VideoFrame {
    try {
      return this.take(this.#ledger.own(copyOf(frame)));
    } finally {
      this.#ledger.close(frame);
    }
  }

  /** The frame that has waited longest is on screen from now on, and the one before is closed. False when none waits. */
  showNext(): boolean {
    const next = this.#waiting.shift();
    if (next === undefined) return false;
    const before = this.#shown;
    this.#shown = next;
    if (before !== null) this.#ledger.close(before);
    return true;
  }

  /**
   * Keeps the picture on screen until {@link keepOnly} lets go of it. A copy: a camera has few buffers to lend, and stops when a clone holds one
   * of them for as long as a model takes to load.
   */
  keepShown(): void {
    const shown = this.#shown;
    if (shown === null || this.#kept.has(shown.timestamp)) return;
    const canvas = new OffscreenCanvas(shown.displayWidth, shown.displayHeight);
    canvas.getContext('2d', { alpha: false })?.drawImage(shown, 0, 0, canvas.width, canvas.height);
    this.#kept.set(shown.timestamp, this.#ledger.own(new VideoFrame(canvas, { timestamp: shown.timestamp })));
  }

  /** A kept frame, or one still on the shelf, with this timestamp; borrowed. */
  at(timestampUs: number): VideoFrame | null {
    const here = (frame: VideoFrame | null): boolean => frame?.timestamp === timestampUs;
    return this.#kept.get(timestampUs) ?? (here(this.#shown) ? this.#shown : (this.#waiting.find(here) ?? null));
  }

  keepOnly(timestamps: ReadonlySet<number>): void {
    for (const [timestampUs, frame] of this.#kept) {
      if (timestamps.has(timestampUs)) continue;
      this.#kept.delete(timestampUs);
      this.#ledger.close(frame);
    }
  }

  clear(): void {
    this.keepOnly(new Set());
    for (const frame of this.#waiting) this.#ledger.close(frame);
    this.#waiting = [];
    if (this.#shown !== null) this.#ledger.close(this.#shown);
    this.#shown = null;
  }
}
