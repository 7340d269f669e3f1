import type { Ledger } from './frame-ledger.js';

/**
 * The frames that outlive their turn: the one on screen (redrawn when an effect changes, looked at when a tap comes), and the few that a tap still
 * being answered was made on.
 */
export class FrameShelf {
  readonly #ledger: Ledger;
  readonly #kept = new Map<number, VideoFrame>();
  #shown: VideoFrame | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The frame on screen; borrowed. */
  get shown(): VideoFrame | null {
    return this.#shown;
  }

  /** Takes ownership of the frame now on screen and closes the one before. */
  showFrame(frame: VideoFrame): void {
    const before = this.#shown;
    this.#shown = frame;
    if (before !== null) this.#ledger.close(before);
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

  /** A kept frame, or the one on screen if it has this timestamp; borrowed. */
  at(timestampUs: number): VideoFrame | null {
    return this.#kept.get(timestampUs) ?? (this.#shown?.timestamp === timestampUs ? this.#shown : null);
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
    if (this.#shown !== null) this.#ledger.close(this.#shown);
    this.#shown = null;
  }
}
