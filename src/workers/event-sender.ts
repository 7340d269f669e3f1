import type { Problem } from '../shared/errors.js';
import type { PipelineEvent } from '../shared/pipeline-api.js';

const MIN_INTERVAL_MS = 100;

/** Posts events to the page; frequent kinds are thinned out so that the newest always arrives, at most ten times a second. */
export class EventSender {
  readonly #port: MessagePort;
  readonly #pending = new Map<string, () => PipelineEvent>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  post(event: PipelineEvent, transfer: Transferable[] = []): void {
    this.#port.postMessage(event, transfer);
  }

  problem(problem: Problem): void {
    this.post({ kind: 'problem', problem });
  }

  /** Posts what `event` returns when its turn comes; a later call with the same key replaces an earlier one. */
  postSoon(key: string, event: () => PipelineEvent): void {
    this.#pending.set(key, event);
    this.#timer ??= setTimeout(() => this.flush(), MIN_INTERVAL_MS);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const event of this.#pending.values()) this.post(event());
    this.#pending.clear();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#pending.clear();
    this.#port.close();
  }
}
