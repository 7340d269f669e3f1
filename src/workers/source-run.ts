import type { FrameFeed, SourceInfo } from '../shared/frame.js';
import type { PipelineSettings } from '../shared/pipeline-api.js';
import type { Ledger } from './frame-ledger.js';
import { FrameMailbox } from './frame-mailbox.js';
import { readFeed } from './frame-reader.js';
import type { FrameStages } from './frame-stages.js';
import { runLive } from './live-loop.js';
import { runLockstep } from './lockstep-loop.js';
import type { StageClock } from './stage-clock.js';

/** Whether a frame may be shown before its own masks are there. */
export const mayBeLate = ({ mode, lateMasks }: PipelineSettings): boolean => mode === 'live' && lateMasks !== 'wait';

/** One source from its first frame to its last. */
export class SourceRun {
  readonly info: SourceInfo;
  readonly stages: FrameStages;
  readonly mailbox: FrameMailbox;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;

  constructor(
    info: SourceInfo,
    feed: FrameFeed,
    settings: PipelineSettings,
    ledger: Ledger,
    stages: FrameStages,
    clock: StageClock,
  ) {
    this.info = info;
    this.stages = stages;
    this.mailbox = new FrameMailbox(ledger, settings.mode === 'live' ? 'newest-wins' : 'wait', () =>
      clock.count('received'),
    );
    const run = mayBeLate(settings) ? runLive : runLockstep;
    const loop = run(this.mailbox, stages).finally(() => {
      this.#abort.abort(); // a loop that failed must not leave the feed open
      this.mailbox.drain();
      stages.stop();
    });
    this.#ended = Promise.all([readFeed(this.#abort.signal, feed, this.mailbox), loop]).then(() => undefined);
  }

  /** Resolves when the source has ended and its last frame was drawn; rejects on a bug in the loop. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.mailbox.drain();
    await this.#ended;
  }
}
