import type { FrameMailbox } from './frame-mailbox.js';
import type { FrameStages } from './frame-stages.js';

/**
 * *Lockstep*: every frame waits for its own masks before it is drawn. From a mailbox that waits, nothing is dropped and the result does not depend on
 * the machine's speed. Runs until the source ends.
 */
export async function runLockstep(mailbox: FrameMailbox, stages: FrameStages): Promise<void> {
  for (;;) {
    const frame = await mailbox.takeNext();
    if (frame === null) return;
    await stages.takeFrame(frame);
    await stages.finishKeyframes();
    stages.showRest();
    await stages.recorded();
  }
}
