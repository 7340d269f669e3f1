import type { PipelineSettings } from '../shared/pipeline-api.js';
import { percentile } from './stage-clock.js';

/** Longer sides of the model's input, pixels, that `auto` chooses from. */
export const INPUT_SIZES = [128, 160, 192, 224, 256] as const;
const START_SIZE = 192;
/** A keyframe should take no longer than this: below it detail is worth more than a younger mask (docs/tracking-notes.md) ... */
const SLOWEST_MS = 250;
/** ... and may grow while the next size would take no longer than this. */
const COMFORTABLE_MS = 60;
/** Share of the time between two frames that a keyframe may take and still be ready before the next one. */
const READY_SHARE = 0.9;
/** Nobody who talks to others notices a picture that is this late. */
const UNNOTICED_MS = 67;
const RECENT = 8;
/** When even the fastest of so many keyframes is too slow, it is not the browser that still compiles: nothing more is waited for. */
const HURRY = 4;

/** Where every frame waits for its masks there is time for detail. */
const EXACT_SIZE = 320;

type Wanted = Pick<PipelineSettings, 'inputSize' | 'displayDelay' | 'mode'>;

/**
 * What live mode can afford here, by what keyframes cost and how often frames come: the model's input size (smaller while keyframes are slow, larger while
 * there is room and, where every frame has its own, still will), and how late a frame is shown. It grows one step at a
 * time, after a few keyframes at the present size, and shrinks at once by as much as is needed.
 */
export class LiveBudget {
  #wanted: Wanted;
  #auto: number = START_SIZE;
  #keyframes: number[] = [];
  #unweighed = 0;
  #intervals: number[] = [];
  #lastUs: number | null = null;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  set wanted(wanted: Wanted) {
    if (wanted.inputSize !== this.#wanted.inputSize) this.#keyframes = [];
    this.#wanted = wanted;
  }

  get inputSize(): number {
    const { inputSize, mode } = this.#wanted;
    if (inputSize !== 'auto') return inputSize;
    return mode === 'lockstep' ? EXACT_SIZE : this.#auto;
  }

  /** How many frames later than it came a frame is shown. */
  get delayFrames(): number {
    return delayFrames(this.#wanted.displayDelay, median(this.#keyframes), this.#frameMs);
  }

  /**
   * Whether an idle worker should wait for the next frame.
   * @param sinceMs how long ago the newest frame came
   */
  waitsForNext(sinceMs: number): boolean {
    return isWorthWaiting(median(this.#keyframes), sinceMs, this.delayFrames * this.#frameMs);
  }

  /** What was lowered to keep up, in words; null when nothing was. */
  get lowered(): string | null {
    return this.#wanted.inputSize === 'auto' && this.inputSize < START_SIZE
      ? `The model looks at ${this.#auto} px instead of ${START_SIZE} px, so that masks stay young.`
      : null;
  }

  /** A frame came from the source. */
  observeFrame(timestampUs: number): void {
    const ms = this.#lastUs === null ? 0 : (timestampUs - this.#lastUs) / 1000;
    this.#lastUs = timestampUs;
    if (ms > 0) this.#intervals = [...this.#intervals, ms].slice(-RECENT);
  }

  /** One keyframe took `ms` at `inputSize`, from asking to answer. */
  observeKeyframe(ms: number, inputSize: number): void {
    if (inputSize !== this.inputSize) return;
    this.#keyframes = [...this.#keyframes, ms].slice(-RECENT);
    this.#unweighed++;
    const fastest = Math.min(...this.#keyframes.slice(-HURRY));
    const isDue = this.#unweighed >= RECENT || (this.#unweighed >= HURRY && fastest > SLOWEST_MS);
    if (!isDue || this.#wanted.inputSize !== 'auto' || this.#wanted.mode !== 'live') return;
    this.#unweighed = 0;
    const next = nextSize(this.#auto, median(this.#keyframes), this.#frameMs);
    // What they would have cost, until there are new ones.
    this.#keyframes = this.#keyframes.map((cost) => cost * (next / this.#auto) ** 2);
    this.#auto = next;
  }

  get #frameMs(): number {
    return median(this.#intervals);
  }
}

const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

/**
 * The size to go on with after keyframes at `size` took `ms`. Cost grows with the number of pixels.
 * @param frameMs time between two frames; 0 = not known
 */
export function nextSize(size: number, ms: number, frameMs: number): number {
  const costAt = (other: number): number => ms * (other / size) ** 2;
  if (ms > SLOWEST_MS) return INPUT_SIZES.findLast((known) => costAt(known) <= SLOWEST_MS) ?? INPUT_SIZES[0];
  const larger = INPUT_SIZES.find((known) => known > size);
  if (larger === undefined) return size;
  const room = ms <= frameMs ? Math.min(READY_SHARE * frameMs, COMFORTABLE_MS) : COMFORTABLE_MS;
  return costAt(larger) <= room ? larger : size;
}

/**
 * How many frames late a picture is shown so that a keyframe on it may be answered meanwhile; `auto` stays within 67 ms.
 * @param keyframeMs from asking to answer; 0 = not known
 * @param frameMs time between two frames; 0 = not known
 */
export function delayFrames(wanted: PipelineSettings['displayDelay'], keyframeMs: number, frameMs: number): number {
  if (wanted !== 'auto') return wanted;
  if (keyframeMs <= 0 || frameMs <= 0) return 0;
  return Math.min(Math.ceil(keyframeMs / frameMs), Math.floor(UNNOTICED_MS / frameMs));
}

/**
 * Whether a keyframe that is started now would be answered only after its frame is shown, and one on the next frame in time. Where none can be in time,
 * the sooner the better.
 * @param keyframeMs from asking to answer
 * @param sinceMs how long ago the newest frame came
 * @param delayMs how long a frame waits to be shown
 */
export function isWorthWaiting(keyframeMs: number, sinceMs: number, delayMs: number): boolean {
  return keyframeMs <= delayMs && sinceMs + keyframeMs > delayMs;
}
