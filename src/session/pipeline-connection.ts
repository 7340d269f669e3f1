import * as Comlink from 'comlink';
import type { PipelineApi, PipelineEvent } from '../shared/pipeline-api.js';

/** The thread that the pipeline runs in, as far as the session must know it. */
export type PipelineThread = {
  readonly endpoint: Comlink.Endpoint;
  /** Calls back when the thread can no longer be trusted to answer, with the reason. */
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
};

export function startPipelineWorker(): PipelineThread {
  const worker = new Worker(new URL('../workers/pipeline.worker.ts', import.meta.url), {
    type: 'module',
    name: 'liveroto-pipeline',
  });
  return {
    endpoint: worker,
    onDeath(listener) {
      worker.addEventListener('error', (event) => listener(event.message || 'its script did not load'));
      worker.addEventListener('messageerror', () => listener('a message could not be read'));
    },
    terminate: () => worker.terminate(),
  };
}

/** The pipeline died before it answered. */
export class PipelineDied extends Error {
  override readonly name = 'PipelineDied';
}

/**
 * Typed calls to the pipeline that end even when it dies: Comlink alone leaves them pending for ever.
 */
export class PipelineConnection {
  readonly api: Comlink.Remote<PipelineApi>;
  /** The worker's end; transfer it with `start`. */
  readonly eventsPort: MessagePort;
  readonly #thread: PipelineThread;
  readonly #events: MessagePort;
  readonly #pending = new Set<(reason: PipelineDied) => void>();
  #ended: string | null = null;

  constructor(thread: PipelineThread, onEvent: (event: PipelineEvent) => void, onDeath: (reason: string) => void) {
    const channel = new MessageChannel();
    this.#thread = thread;
    this.#events = channel.port1;
    this.eventsPort = channel.port2;
    this.api = Comlink.wrap<PipelineApi>(thread.endpoint);
    this.#events.onmessage = (message: MessageEvent<PipelineEvent>) => {
      if (this.#ended === null) onEvent(message.data);
      else closeBitmaps(message.data);
    };
    thread.onDeath((reason) => {
      if (this.#ended !== null) return;
      this.end(reason);
      onDeath(reason);
    });
  }

  /** The call's answer; rejects with {@link PipelineDied} when the pipeline ends first. */
  async ask<P extends Promise<unknown>>(call: P): Promise<Awaited<P>> {
    if (this.#ended !== null) throw new PipelineDied(this.#ended);
    let forget = (): void => undefined;
    // One promise a call: racing against one long-lived promise would keep every answer alive as long as the pipeline.
    const death = new Promise<never>((_, reject) => {
      this.#pending.add(reject);
      forget = () => this.#pending.delete(reject);
    });
    try {
      return await Promise.race([call, death]);
    } finally {
      forget();
    }
  }

  /** For calls without an answer: a dead pipeline is reported once by `onDeath`, anything else is a bug and stays unhandled. */
  tell(call: Promise<unknown>): void {
    void this.ask(call).catch((error: unknown) => {
      if (!(error instanceof PipelineDied)) throw error;
    });
  }

  /** Terminates the thread and rejects every call that still waits. */
  end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const reject of this.#pending) reject(new PipelineDied(reason));
    this.#pending.clear();
    this.#events.close();
    this.#thread.terminate();
  }
}

/** The answer; null when the pipeline died first, which `onDeath` has reported. */
export async function orNullIfDied<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PipelineDied) return null;
    throw error;
  }
}

/** Closes what an event carries when nobody will show it. */
export function closeBitmaps(event: PipelineEvent): void {
  if (event.kind === 'thumbnail') event.bitmap.close();
  if (event.kind === 'candidates') for (const bitmap of event.bitmaps) bitmap.close();
}
