import type { StageName, StageTiming } from '../shared/pipeline-api.js';

const WINDOW_MS = 2000;

type Sample = { readonly atMs: number; readonly value: number };

/** The value below which a share `p` (0..1) of the sorted values lies; 0 for none. */
export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

/** Durations and events of the last two seconds. */
export class StageClock {
  readonly #samples = new Map<StageName, Sample[]>();
  readonly #events = new Map<string, number[]>();

  add(stage: StageName, ms: number, nowMs = performance.now()): void {
    const list = this.#samples.get(stage) ?? [];
    list.push({ atMs: nowMs, value: ms });
    while (list[0] !== undefined && list[0].atMs < nowMs - WINDOW_MS) list.shift();
    this.#samples.set(stage, list);
  }

  /** Runs `work` and records how long it took. */
  time<T>(stage: StageName, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.add(stage, performance.now() - start);
    }
  }

  count(event: string, nowMs = performance.now()): void {
    const list = this.#events.get(event) ?? [];
    list.push(nowMs);
    while (list[0] !== undefined && list[0] < nowMs - WINDOW_MS) list.shift();
    this.#events.set(event, list);
  }

  /** Events per second over the window. */
  rate(event: string, nowMs = performance.now()): number {
    const recent = (this.#events.get(event) ?? []).filter((at) => at >= nowMs - WINDOW_MS);
    const first = recent[0];
    const last = recent[recent.length - 1];
    if (first === undefined || last === undefined || last <= first) return 0;
    // A source that has stopped decays towards 0 instead of standing still at its last rate.
    const spanMs = Math.max(last - first, nowMs - first - 2 * ((last - first) / (recent.length - 1)));
    return ((recent.length - 1) * 1000) / spanMs;
  }

  median(stage: StageName): number {
    return this.#timing(stage)?.p50 ?? 0;
  }

  timings(): Partial<Record<StageName, StageTiming>> {
    const result: Partial<Record<StageName, StageTiming>> = {};
    for (const stage of this.#samples.keys()) {
      const timing = this.#timing(stage);
      if (timing !== null) result[stage] = timing;
    }
    return result;
  }

  #timing(stage: StageName): StageTiming | null {
    const values = (this.#samples.get(stage) ?? []).map((sample) => sample.value).sort((a, b) => a - b);
    return values.length === 0
      ? null
      : { p50: percentile(values, 0.5), p95: percentile(values, 0.95), count: values.length };
  }
}
