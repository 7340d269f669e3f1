import type * as Comlink from 'comlink';
import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import type { InferenceApi, InferenceSetup } from './inference-api.js';
import { InferenceWorkerHandle, WorkerDied } from './inference-worker-handle.js';

export type InferenceJob<T> = (api: Comlink.Remote<InferenceApi>) => Promise<T>;

/** What a job returned and which worker holds the embedding it left behind. */
export type JobAnswer<T> = { readonly value: T; readonly worker: InferenceWorkerHandle };

/** After so many deaths without one finished job between them the pool gives up. */
const MAX_DEATHS = 3;

/**
 * A fixed number of inference workers of one kind. Callers ask `idle` first, so that jobs do not queue here.
 * A job must be repeatable (it sends copies, not transfers): when its worker dies it is done again by a fresh one.
 */
export class InferencePool {
  readonly #spawn: () => Worker;
  readonly #setup: InferenceSetup;
  readonly #onDeath: (why: string) => void;
  readonly #workers: InferenceWorkerHandle[] = [];
  readonly #waiting: (() => void)[] = [];
  #deaths = 0;
  #stopped = false;

  private constructor(spawn: () => Worker, setup: InferenceSetup, onDeath: (why: string) => void) {
    this.#spawn = spawn;
    this.#setup = setup;
    this.#onDeath = onDeath;
  }

  /**
   * Starts `size` workers, the first one alone: if it cannot do the job (wrong answers, no such backend), none is kept.
   * @param onDeath told of every worker that dies later, with the reason
   */
  static async start(
    signal: AbortSignal,
    spawn: () => Worker,
    setup: InferenceSetup,
    size: number,
    onDeath: (why: string) => void,
  ): Promise<Result<InferencePool>> {
    const pool = new InferencePool(spawn, setup, onDeath);
    signal.addEventListener('abort', () => pool.stop(), { once: true });
    const first = await pool.#add();
    if (!first.ok) {
      pool.stop();
      return first;
    }
    const others = await Promise.all(Array.from({ length: size - 1 }, () => pool.#add()));
    const failed = others.find((result) => !result.ok);
    if (failed !== undefined && !failed.ok) pool.#onDeath(failed.problem.what); // fewer workers are slower, not wrong
    return ok(pool);
  }

  get size(): number {
    return this.#workers.length;
  }

  get idle(): number {
    return this.#workers.filter((worker) => !worker.busy).length;
  }

  /** Runs the job on an idle worker, which is sent it before this returns; waits for one when all are busy (first come, first served). */
  async run<T>(job: InferenceJob<T>): Promise<JobAnswer<T>> {
    for (;;) {
      const worker = this.#claimIdle() ?? (await this.#claim());
      try {
        const value = await worker.call(job);
        this.#deaths = 0;
        return { value, worker };
      } catch (error) {
        if (!(error instanceof WorkerDied) || this.#stopped) throw error;
        await this.#replace(worker, error.message);
      } finally {
        this.#release(worker);
      }
    }
  }

  /** Runs a job on the worker that holds its embedding; null when that worker is gone. */
  async runOn<T>(worker: InferenceWorkerHandle, job: InferenceJob<T>): Promise<T | null> {
    while (worker.busy && this.#workers.includes(worker)) await this.#someRelease();
    if (!this.#workers.includes(worker)) return null;
    worker.busy = true;
    try {
      return await worker.call(job);
    } catch (error) {
      if (!(error instanceof WorkerDied) || this.#stopped) throw error;
      await this.#replace(worker, error.message);
      return null;
    } finally {
      this.#release(worker);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const worker of this.#workers.splice(0)) worker.terminate();
    this.#wakeAll();
  }

  async #claim(): Promise<InferenceWorkerHandle> {
    for (;;) {
      if (this.#stopped) throw new WorkerDied('the pool was stopped');
      const worker = this.#claimIdle();
      if (worker !== null) return worker;
      await this.#someRelease();
    }
  }

  #claimIdle(): InferenceWorkerHandle | null {
    const worker = this.#workers.find((candidate) => !candidate.busy) ?? null;
    if (worker !== null) worker.busy = true;
    return worker;
  }

  #release(worker: InferenceWorkerHandle): void {
    worker.busy = false;
    this.#wakeAll();
  }

  #someRelease(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #replace(dead: InferenceWorkerHandle, why: string): Promise<void> {
    this.#workers.splice(this.#workers.indexOf(dead), 1);
    dead.terminate();
    this.#onDeath(why);
    this.#deaths++;
    if (this.#deaths >= MAX_DEATHS) {
      throw new Error(`Inference workers died ${this.#deaths} times in a row; the last one because ${why}.`);
    }
    const added = await this.#add();
    if (!added.ok) throw new Error(added.problem.what);
  }

  async #add(): Promise<Result<null>> {
    const worker = new InferenceWorkerHandle(this.#spawn());
    try {
      const result = await worker.setup(this.#setup);
      if (!result.ok || this.#stopped) {
        worker.terminate();
        return result;
      }
      this.#workers.push(worker);
      this.#wakeAll();
      return ok(null);
    } catch (error) {
      worker.terminate();
      return fail(
        this.#setup.engine === 'people' ? 'people-failed' : 'model-failed',
        `An inference worker could not start: ${messageOf(error)}.`,
        'Reload the page; if it happens again, choose another backend under Health.',
      );
    }
  }
}
