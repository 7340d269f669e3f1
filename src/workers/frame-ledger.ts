import type { FrameLedger } from '../shared/pipeline-api.js';

/** Counts frames in and out, so that a leak shows as a number. Every frame the pipeline owns passes through `own` once and `close` once. */
export class Ledger {
  #opened = 0;
  #closed = 0;

  own(frame: VideoFrame): VideoFrame {
    this.#opened++;
    return frame;
  }

  close(frame: VideoFrame): void {
    frame.close();
    this.#closed++;
  }

  get totals(): FrameLedger {
    return { opened: this.#opened, closed: this.#closed };
  }
}
