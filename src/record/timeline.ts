/**
 * From the clocks of the sources to the one timeline of the recording. Times are whole microseconds unless they end in Ms.
 *
 * Three clocks meet here: the media time of frames (which jumps when a file loops, is sought or replaced), the capture time of audio
 * (which has its own zero), and the wall clock of the worker, which both arrived by. What was seen and heard together must be
 * together in the file, so the wall clock rules; the sources' own times are used for what they are better at, an even cadence.
 */

/** How far a live frame may stand from the moment it was shown. Well inside the ±80 ms within which lips look right (EBU R37: -60, +40 ms). */
const VIDEO_TOLERANCE_US = 50_000;
/** A step longer than this, or backwards, is a jump of the source, not time that passed. */
const LONGEST_STEP_US = 1_000_000;
/** WebM counts in milliseconds; two frames must not share one. */
const SHORTEST_STEP_US = 1_000;

export class VideoTimeline {
  #frameUs: number;
  #originMs: number | null = null;
  #cutMs = 0;
  #pausedAtMs: number | null = null;
  #jumped = false;
  #sourceUs = 0;
  #lastUs: number | null = null;

  /** @param frameUs nominal duration of a frame. */
  constructor(frameUs: number) {
    this.#frameUs = frameUs;
  }

  /** End of the newest frame, 0 before the first: the length of the recording so far. */
  get endUs(): number {
    return this.#lastUs === null ? 0 : this.#lastUs + this.#frameUs;
  }

  /** Recorded time that has passed on the wall clock since the first frame, pauses cut out; null before the first frame. */
  wallUs(nowMs: number): number | null {
    if (this.#originMs === null) return null;
    const untilMs = this.#pausedAtMs ?? nowMs;
    return Math.round((untilMs - this.#originMs - this.#cutMs) * 1000);
  }

  /** Where a frame that is shown now belongs: media time, kept within a tolerance of the wall clock. Strictly increasing. */
  placeLive(sourceUs: number, nowMs: number): number {
    this.#originMs ??= nowMs;
    const wallUs = this.wallUs(nowMs) ?? 0;
    const stepUs = this.#step(sourceUs);
    const wantedUs = stepUs === null || this.#lastUs === null ? wallUs : this.#lastUs + stepUs;
    return this.#accept(Math.min(wallUs + VIDEO_TOLERANCE_US, Math.max(wallUs - VIDEO_TOLERANCE_US, wantedUs)));
  }

  /** Where a frame belongs when time does not press: media time alone; a jump of the source lasts one frame. Strictly increasing. */
  placeExact(sourceUs: number): number {
    const stepUs = this.#step(sourceUs) ?? this.#frameUs;
    return this.#accept((this.#lastUs ?? 0) + stepUs);
  }

  pause(nowMs: number): void {
    this.#pausedAtMs ??= nowMs;
  }

  resume(nowMs: number): void {
    if (this.#pausedAtMs === null) return;
    if (this.#originMs !== null) this.#cutMs += nowMs - this.#pausedAtMs;
    this.#pausedAtMs = null;
    this.#jumped = true;
  }

  /** Time since the last frame in the source's own count; null when that count jumped. */
  #step(sourceUs: number): number | null {
    const stepUs = sourceUs - this.#sourceUs;
    const jumped = this.#jumped || stepUs <= 0 || stepUs > LONGEST_STEP_US;
    this.#sourceUs = sourceUs;
    this.#jumped = false;
    return jumped ? null : stepUs;
  }

  #accept(us: number): number {
    this.#lastUs = this.#lastUs === null ? 0 : Math.max(Math.round(us), this.#lastUs + SHORTEST_STEP_US);
    return this.#lastUs;
  }
}

/** Audio is trusted to keep its own time until it stands further than this from the wall clock. */
const AUDIO_TOLERANCE_US = 400_000;
/** A difference that is rounding, not a gap. */
const SEAMLESS_US = 20_000;

export class AudioTimeline {
  #endUs = 0;
  #cadenceUs = 0;
  #sourceEndUs: number | null = null;

  /** End of what has been written. */
  get endUs(): number {
    return this.#endUs;
  }

  /** The next chunk is placed by its arrival, not by its own timestamp: after a pause, and at the start. */
  cut(): void {
    this.#sourceEndUs = null;
  }

  /** Something else (silence) was written up to `us`. */
  filledTo(us: number): void {
    this.#endUs = Math.max(this.#endUs, us);
  }

  /**
   * Where a chunk belongs; a chunk arrives when its last sample has been captured, so it began its own length ago.
   * @param wallUs recorded time now.
   * @returns null when its time has already been written (it came before the first frame, or the source ran ahead): leave it out.
   */
  place(sourceUs: number, durationUs: number, wallUs: number): number | null {
    const arrivedUs = wallUs - durationUs;
    const wantedUs = this.#wanted(sourceUs, arrivedUs);
    this.#sourceEndUs = sourceUs + durationUs;
    const placedUs = Math.abs(wantedUs - arrivedUs) > AUDIO_TOLERANCE_US ? arrivedUs : wantedUs;
    this.#cadenceUs = placedUs + durationUs;
    if (placedUs + durationUs / 2 < this.#endUs) return null;
    const startUs = Math.max(placedUs, this.#endUs);
    this.#endUs = startUs + durationUs;
    this.#cadenceUs = this.#endUs;
    return startUs;
  }

  #wanted(sourceUs: number, arrivedUs: number): number {
    if (this.#sourceEndUs === null) return Math.max(arrivedUs, 0);
    const gapUs = sourceUs - this.#sourceEndUs;
    if (Math.abs(gapUs) <= SEAMLESS_US) return this.#cadenceUs;
    return gapUs > 0 && gapUs <= LONGEST_STEP_US ? this.#cadenceUs + gapUs : Math.max(arrivedUs, this.#endUs);
  }
}
