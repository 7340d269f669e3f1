import type { FrameFeed, FrameMessage } from '../shared/frame.js';
import type { FrameMailbox } from './frame-mailbox.js';

/**
 * Moves frames from a feed into the mailbox until the feed ends or `signal` aborts; then the mailbox is ended.
 * A posted frame is acknowledged once the mailbox has taken it, so that the page knows how many are on their way.
 */
export async function readFeed(signal: AbortSignal, feed: FrameFeed, mailbox: FrameMailbox): Promise<void> {
  try {
    await (feed.kind === 'stream' ? readStream(signal, feed.stream, mailbox) : readPort(signal, feed.port, mailbox));
  } finally {
    mailbox.end();
  }
}

async function readStream(signal: AbortSignal, stream: ReadableStream<VideoFrame>, mailbox: FrameMailbox) {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined); // a stream that failed has nothing left to cancel
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await mailbox.putFrame(value);
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

function readPort(signal: AbortSignal, port: MessagePort, mailbox: FrameMailbox): Promise<void> {
  return new Promise((resolve) => {
    let accepted = Promise.resolve();
    const finish = () => {
      port.close();
      resolve();
    };
    port.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
      if (data.kind === 'end') return finish();
      accepted = accepted.then(() => mailbox.putFrame(data.frame)).then(() => port.postMessage({ kind: 'taken' }));
    };
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}
