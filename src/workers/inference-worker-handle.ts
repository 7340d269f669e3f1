import * as Comlink from 'comlink';
import type { Result } from '../shared/errors.js';
import type { InferenceApi, InferenceSetup } from './inference-api.js';

/** A worker that has died, or has not answered for so long that it must be taken for dead. */
export class WorkerDied extends Error {}

const SETUP_TIMEOUT_MS = 120_000;
/** Far above the slowest honest answer (a 512 px view on one slow core takes about a second). */
const JOB_TIMEOUT_MS = 20_000;

/**
 * One inference worker and the news of its death. Comlink leaves the calls to a dead worker pending for ever, so every call races with it.
 */
export class InferenceWorkerHandle {
  readonly #worker: Worker;
  readonly #api: Comlink.Remote<InferenceApi>;
  /** Rejects each call in flight. (Racing with one long-lived promise would keep every answer alive as long as the worker.) */
  readonly #pending = new Set<(death: WorkerDied) => void>();
  #death: WorkerDied | null = null;
  busy = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#api = Comlink.wrap<InferenceApi>(worker);
    worker.addEventListener('error', (event) => this.#reportDeath(event.message || 'the worker failed to load'));
    worker.addEventListener('messageerror', () => this.#reportDeath('a message could not be read'));
  }

  setup(setup: InferenceSetup): Promise<Result<null>> {
    return this.#race(this.#api.setup(setup), SETUP_TIMEOUT_MS);
  }

  /** @throws WorkerDied; whatever the engine throws. */
  call<T>(job: (api: Comlink.Remote<InferenceApi>) => Promise<T>): Promise<T> {
    return this.#race(job(this.#api), JOB_TIMEOUT_MS);
  }

  /** Ends the worker; calls in flight reject with {@link WorkerDied}. */
  terminate(why = 'it was stopped'): void {
    this.#reportDeath(why);
    this.#worker.terminate();
  }

  #reportDeath(why: string): void {
    this.#death ??= new WorkerDied(why);
    for (const reject of this.#pending) reject(this.#death);
    this.#pending.clear();
  }

  async #race<P extends Promise<unknown>>(answer: P, timeoutMs: number): Promise<Awaited<P>> {
    if (this.#death !== null) throw this.#death;
    let settle = (): void => undefined;
    const death = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => this.#reportDeath(`it did not answer within ${timeoutMs / 1000} s`), timeoutMs);
      this.#pending.add(reject);
      settle = () => {
        clearTimeout(timer);
        this.#pending.delete(reject);
      };
    });
    try {
      return await Promise.race([answer, death]);
    } finally {
      settle();
    }
  }
}
