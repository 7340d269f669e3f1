import { timeOn, type FileClock } from '../shared/file-control.js';
import { nextEvent } from './signals.js';

/** How far the sound may be from the picture while both run, s. */
const MOST_DRIFT = 0.1;
/** How long an element may take from being told where to play to playing, s. */
const MOST_LEAD = 0.5;
/** The sound pauses this long before its end, s: an element that has ended ends its captured track too. */
const END_MARGIN = 0.1;

/** The sound of a file, for recordings only: a muted `<audio>` that follows the clock of the picture. */
export class FileSound {
  readonly track: MediaStreamTrack;
  readonly #audio: HTMLAudioElement;
  readonly #end: number;
  readonly #letGo: () => void;
  /** The clock that was followed last. */
  #clock: FileClock | null = null;
  /** How long the element takes to get going, s: it is sent ahead by so much. Learnt from how late it turns out to be. */
  #lead = 0.08;
  #pausing: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param end where the sound ends, s
   * @returns null where sound cannot be captured (Safari), or this one not decoded. Rejects only with the signal's reason.
   */
  static async open(file: File, end: number, signal: AbortSignal): Promise<FileSound | null> {
    if (!('captureStream' in HTMLMediaElement.prototype)) return null;
    const audio = document.createElement('audio');
    const url = URL.createObjectURL(file);
    const letGo = () => {
      audio.removeAttribute('src');
      audio.load();
      URL.revokeObjectURL(url);
    };
    audio.muted = true;
    audio.loop = true;
    audio.preload = 'auto';
    audio.src = url;
    try {
      const event = await nextEvent(audio, ['loadeddata', 'error'], signal);
      const track = event.type === 'error' ? null : soundOf(audio);
      if (track !== null) return new FileSound(audio, track, end, letGo);
    } catch (error) {
      letGo();
      throw error;
    }
    letGo();
    return null;
  }

  private constructor(audio: HTMLAudioElement, track: MediaStreamTrack, end: number, letGo: () => void) {
    this.#audio = audio;
    this.track = track;
    this.#end = end - END_MARGIN;
    this.#letGo = letGo;
  }

  /** Goes where the clock is, and runs while it runs and there is sound. */
  follow(clock: FileClock): void {
    clearTimeout(this.#pausing);
    const steady = clock.since !== null && clock.since === this.#clock?.since && clock.seconds === this.#clock.seconds;
    this.#clock = clock;
    const time = timeOn(clock);
    if (clock.since === null || time >= this.#end) return this.#audio.pause();
    this.#pausing = setTimeout(() => this.#audio.pause(), (this.#end - time) * 1000);
    this.#correct(time, steady);
    // Rejects when a pause or the stop comes in between.
    if (this.#audio.paused) this.#audio.play().catch(() => undefined);
  }

  /** @param steady whether it has been sent to this clock before */
  #correct(time: number, steady: boolean): void {
    if (this.#audio.seeking && steady) return;
    const drift = this.#audio.currentTime - time;
    if (!this.#audio.paused && Math.abs(drift) <= MOST_DRIFT) return;
    if (steady && !this.#audio.paused) this.#lead = Math.min(MOST_LEAD, Math.max(0, this.#lead - drift));
    this.#audio.currentTime = Math.min(this.#end, time + this.#lead);
  }

  stop(): void {
    clearTimeout(this.#pausing);
    this.track.stop();
    this.#audio.pause();
    this.#letGo();
  }
}

/** The sound of an element where it can be captured (not in Safari), null where it has none. A captured picture is let go at once. */
export function soundOf(element: HTMLMediaElement): MediaStreamTrack | null {
  const capture: unknown = Reflect.get(element, 'captureStream');
  if (typeof capture !== 'function') return null;
  const stream: unknown = Reflect.apply(capture, element, []);
  if (!(stream instanceof MediaStream)) return null;
  for (const track of stream.getVideoTracks()) track.stop();
  return stream.getAudioTracks()[0] ?? null;
}
