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

  /** Keeps the frame on screen until {@link keepOnly} lets go of it. */
  keepShown(): void {
    if (this.#shown === null || this.#kept.has(this.#shown.timestamp)) return;
    this.#kept.set(this.#shown.timestamp, this.#ledger.own(this.#shown.clone()));
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
