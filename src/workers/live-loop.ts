import type { FrameMailbox } from './frame-mailbox.js';
import type { FrameStages } from './frame-stages.js';

/**
 * *Live*: the picture never waits for the model, or only for the few frames of the display delay. Keyframes are asked for when a worker is idle: with a
 * frame, or as soon as the one before is answered. What is due is drawn at once with the masks made nearest to it, carried to it. Runs until the source ends.
 */
export async function runLive(mailbox: FrameMailbox, stages: FrameStages): Promise<void> {
  for (;;) {
    const frame = await mailbox.takeNext();
    if (frame === null) return stages.showRest();
    await stages.takeFrame(frame);
    stages.startKeyframes();
    stages.showDue();
  }
}
