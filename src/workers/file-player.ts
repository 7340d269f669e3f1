import type { VideoSample } from 'mediabunny';
import { messageOf } from '../shared/errors.js';
import { timeOn, type FileClock, type FileCommand, type FileReport } from '../shared/file-control.js';
import { FrameSender } from '../shared/frame-sender.js';
import { FrameMaker, openVideoFile, type VideoFile } from './video-file.js';

/** While it plays, the page is told the time this often, ms. */
const REPORT_MS = 200;
/** A picture that is later than this, s, is left out, ... */
const LATE = 0.05;
/** ... but one is shown at least this often, ms. */
const LATE_SHOW_MS = 100;
/** A picture that is later than this, s, stops the clock until it is shown: the decoder cannot keep up, or the worker slept. */
const TOO_LATE = 0.5;
/** How much less than its table of contents says a file may hold, s: more means that it was cut off. */
const MOST_MISSING = 0.5;

/**
 * Plays a video file by a clock of its own: decodes ahead a little, and posts the picture that is due. A seek starts decoding anew at the
 * key frame before it; while one is under way the clock stands, and of those that come meanwhile only the last is followed.
 */
export class FilePlayer {
  readonly #report: (report: FileReport) => void;
  readonly #maker = new FrameMaker();
  #file: VideoFile | null = null;
  #sender: FrameSender | null = null;
  /** The picture last posted, kept for the next reader. */
  #shown: VideoFrame | null = null;
  #clock: FileClock = { playing: false, seconds: 0, since: null };
  #loop = true;
  /** Where to start decoding anew, s; null to go on. */
  #wanted: number | null = null;
  #opened = false;
  #stopped = false;
  #heard = 0;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #toldAt = 0;
  #shownAt = 0;

  constructor(report: (report: FileReport) => void) {
    this.#report = report;
  }

  /**
   * Resolves when the command has been followed; of `stop`, when everything has been let go.
   * @param port where frames go; needed with `feed` only
   */
  async obey(command: FileCommand, port: MessagePort | undefined): Promise<void> {
    if (this.#stopped) return;
    if (command.kind === 'open') {
      this.#running = this.#run(command.file);
      return;
    }
    this.#heard++;
    switch (command.kind) {
      case 'feed':
        if (port === undefined) throw new Error('A feed needs a port.');
        this.#feed(port);
        return this.#play();
      case 'play':
        return this.#play();
      case 'pause':
        return this.#set({ playing: false, seconds: this.#now(), since: null });
      case 'seek':
        return this.#seek(command.seconds);
      case 'loop':
        this.#loop = command.on;
        return this.#tell();
      case 'stop':
        this.#stopped = true;
        this.#wake();
        return this.#running;
    }
  }

  #feed(port: MessagePort): void {
    this.#sender?.end();
    this.#sender = new FrameSender(port);
    if (this.#shown !== null) this.#sender.takeFrame(this.#shown.clone());
  }

  #play(): void {
    if (this.#clock.playing) return this.#tell();
    const seconds = this.#now();
    if (this.#file !== null && seconds >= this.#file.duration) this.#wanted = this.#file.start;
    // A clock that waits for a picture starts when it comes.
    const waits = this.#wanted !== null || this.#shown === null;
    this.#set({ playing: true, seconds: this.#wanted ?? seconds, since: waits ? null : epochNow() });
  }

  #seek(seconds: number): void {
    const { start = 0, duration = Infinity } = this.#file ?? {};
    this.#wanted = Math.min(duration, Math.max(start, seconds));
    this.#set({ ...this.#clock, seconds: this.#wanted, since: null });
  }

  /** From the opening to the stop, or to the first failure. */
  async #run(file: File): Promise<void> {
    try {
      this.#file = await openVideoFile(file);
      if (this.#file === null) return this.#report({ kind: 'refused' });
      this.#wanted = this.#file.start;
      this.#clock = { playing: false, seconds: this.#wanted, since: null };
      while (!this.#stopped) await this.#playFrom(this.#file);
    } catch (error) {
      const unreadable = error instanceof DOMException && /^Not(Readable|Found)Error$/.test(error.name);
      this.#report(this.#opened ? { kind: 'broken', message: messageOf(error), unreadable } : { kind: 'refused' });
    } finally {
      this.#letGo();
    }
  }

  /** Plays from the wanted place to the end, or until another place is wanted. */
  async #playFrom(file: VideoFile): Promise<void> {
    const from = this.#wanted ?? file.start;
    this.#wanted = null;
    let first = true;
    let end = 0;
    for await (const sample of file.sink.samples(from)) {
      end = sample.timestamp + sample.duration;
      try {
        if (first) this.#showFirst(file, sample);
        else if (await this.#isDue(sample.timestamp)) this.#showDue(sample);
      } finally {
        sample.close();
      }
      // What is wrong with the pictures to come concerns nobody while it does not play.
      if (first) await this.#isDue(-Infinity);
      first = false;
      if (this.#isLeaving()) return;
    }
    if (first) throw new Error('There is no picture.');
    if (end < file.end - MOST_MISSING) throw new Error(`it stops at ${end.toFixed(1)} of ${file.end.toFixed(1)} s`);
    if (await this.#isDue(file.duration)) this.#end(file);
    await this.#isDue(Infinity);
  }

  #showFirst({ duration, soundEnd }: VideoFile, sample: VideoSample): void {
    const { displayWidth: width, displayHeight: height } = this.#show(sample);
    if (!this.#opened) this.#report({ kind: 'opened', facts: { size: { width, height }, duration, soundEnd } });
    this.#opened = true;
    if (this.#isLeaving()) return;
    this.#set({ ...this.#clock, since: this.#clock.playing ? epochNow() : null });
  }

  #showDue(sample: VideoSample): void {
    const late = this.#now() - sample.timestamp;
    if (late > LATE && performance.now() - this.#shownAt < LATE_SHOW_MS) return;
    this.#show(sample);
    if (late > TOO_LATE) this.#set({ playing: true, seconds: sample.timestamp, since: epochNow() });
    else if (performance.now() - this.#toldAt >= REPORT_MS) this.#tell();
  }

  #end({ start, duration }: VideoFile): void {
    if (this.#loop) this.#wanted = start;
    this.#set({ playing: this.#loop, seconds: this.#wanted ?? duration, since: null });
  }

  #show(sample: VideoSample): VideoFrame {
    const frame = this.#maker.frameOf(sample);
    this.#shown?.close();
    this.#shown = frame;
    this.#shownAt = performance.now();
    this.#sender?.takeFrame(frame.clone());
    return frame;
  }

  /** Waits until the clock is at `seconds`: true. False when another place is wanted before, or the end of it all. */
  async #isDue(seconds: number): Promise<boolean> {
    while (!this.#isLeaving()) {
      const wait = this.#clock.since === null ? Infinity : seconds - this.#now();
      if (wait <= 0) return true;
      await this.#sleep(wait * 1000);
    }
    return false;
  }

  /** Until a change of the clock, or for so long, ms. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #isLeaving(): boolean {
    return this.#stopped || this.#wanted !== null;
  }

  #now(): number {
    return Math.min(timeOn(this.#clock), this.#file?.duration ?? Infinity);
  }

  #set(clock: FileClock): void {
    this.#clock = clock;
    this.#tell();
    this.#wake();
  }

  #tell(): void {
    this.#toldAt = performance.now();
    this.#report({ kind: 'clock', clock: this.#clock, heard: this.#heard });
  }

  #letGo(): void {
    this.#stopped = true;
    this.#sender?.end();
    this.#shown?.close();
    this.#shown = null;
    this.#file?.dispose();
  }
}

const epochNow = (): number => performance.timeOrigin + performance.now();
