import { messageOf, type Problem } from '../shared/errors.js';

/** Something that can be listened to. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly tell = (): void => {
    for (const listener of [...this.#listeners]) listener();
  };
}

/** The end of a source: happens at most once, and is not missed by who listens late. */
export class Ending {
  readonly #listeners = new Set<(problem: Problem | null) => void>();
  #ended: { readonly problem: Problem | null } | null = null;

  readonly onEnded = (listener: (problem: Problem | null) => void): (() => void) => {
    const ended = this.#ended;
    this.#listeners.add(listener);
    if (ended !== null) queueMicrotask(() => this.#listeners.delete(listener) && listener(ended.problem));
    return () => this.#listeners.delete(listener);
  };

  end(problem: Problem | null): void {
    if (this.#ended !== null) return;
    this.#ended = { problem };
    for (const listener of [...this.#listeners]) if (this.#listeners.delete(listener)) listener(problem);
  }
}

/** Resolves with the event; rejects with the signal's reason. */
export function nextEvent(target: EventTarget, names: readonly string[], signal: AbortSignal): Promise<Event> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const done = new AbortController();
    const aborted = () => {
      done.abort();
      reject(signal.reason instanceof Error ? signal.reason : new Error(messageOf(signal.reason)));
    };
    signal.addEventListener('abort', aborted, { signal: done.signal });
    for (const name of names) {
      target.addEventListener(
        name,
        (event) => {
          done.abort();
          resolve(event);
        },
        { signal: done.signal },
      );
    }
  });
}
