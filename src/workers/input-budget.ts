import type { PipelineSettings } from '../shared/pipeline-api.js';

/** Longer sides of the model's input, pixels, that `auto` chooses from. */
export const INPUT_SIZES = [128, 160, 192, 224, 256] as const;
const START_SIZE = 192;
/** A keyframe should take no longer than this, so that masks stay young ... */
const SLOWEST_MS = 140;
/** ... and may grow while the next size would take no longer than this. */
const COMFORTABLE_MS = 60;
const SETTLE = 8;

/**
 * Chooses the model's input size by what keyframes cost here: smaller while they are slow, larger while there is room. One step at a time, after a few
 * keyframes at the present size.
 */
export class InputBudget {
  #wanted: PipelineSettings['inputSize'] = 'auto';
  #auto: number = START_SIZE;
  #costs: number[] = [];

  set wanted(size: PipelineSettings['inputSize']) {
    this.#wanted = size;
    this.#costs = [];
  }

  get inputSize(): number {
    return this.#wanted === 'auto' ? this.#auto : this.#wanted;
  }

  /** What was lowered to keep up, in words; null when nothing was. */
  get lowered(): string | null {
    return this.#wanted === 'auto' && this.#auto < START_SIZE
      ? `The model looks at ${this.#auto} px instead of ${START_SIZE} px, since a look takes longer than ${SLOWEST_MS} ms.`
      : null;
  }

  /** One keyframe took `ms` at `inputSize`. */
  observe(ms: number, inputSize: number): void {
    if (inputSize !== this.#auto) return;
    this.#costs.push(ms);
    if (this.#costs.length < SETTLE) return;
    const median = [...this.#costs].sort((a, b) => a - b)[SETTLE >> 1] ?? 0;
    this.#costs = [];
    this.#auto = nextSize(this.#auto, median);
  }
}

/** The size to go on with after keyframes at `size` took `ms` (median). Cost grows with the number of pixels. */
export function nextSize(size: number, ms: number): number {
  const at = INPUT_SIZES.findIndex((known) => known === size);
  const larger = INPUT_SIZES[at + 1];
  if (ms > SLOWEST_MS) return INPUT_SIZES[Math.max(0, at - 1)] ?? size;
  if (larger !== undefined && ms * (larger / size) ** 2 <= COMFORTABLE_MS) return larger;
  return size;
}
