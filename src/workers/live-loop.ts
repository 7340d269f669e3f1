import type { FrameMailbox } from './frame-mailbox.js';
import type { FrameStages } from './frame-stages.js';

/**
 * *Live*: the picture never waits for the model. Keyframes are asked for when a worker is idle; the frame is drawn at once with the newest masks
 * carried to it. Runs until the source ends.
 */
export async function runLive(mailbox: FrameMailbox, stages: FrameStages): Promise<void> {
  for (;;) {
    const frame = await mailbox.takeNext();
    if (frame === null) return;
    await stages.takeFrame(frame);
    stages.startKeyframes();
    stages.draw();
  }
}
