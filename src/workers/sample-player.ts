import { FrameSender } from '../shared/frame-sender.js';
import type { SampleCommand, SampleReport } from '../sample/control.js';
import { HOME_VARIANT, renderSampleFrame, SAMPLE_SCENE, type SampleVariant } from '../sample/sample.js';
import type { Size } from '../shared/geometry.js';

const FRAME_MS = 1000 / SAMPLE_SCENE.frameRate;
/** Reports to the page come with every so-manieth frame. */
const REPORT_EVERY = 6;

/**
 * Plays the sample by the clock: the frame that is due is drawn, those that were missed are left out, so it neither drifts nor queues.
 * Timestamps go on growing from loop to loop; a seek goes to that moment of the loop being played.
 */
export class SamplePlayer {
  readonly #report: (report: SampleReport) => void;
  #sender: FrameSender | null = null;
  #size: Size = SAMPLE_SCENE.size;
  #variant: SampleVariant = HOME_VARIANT;
  #playing = true;
  #loop = true;
  /** The frame that is due next, counted over all loops. */
  #frame = 0;
  /** When frame 0 would have been due had it never been paused, ms of `performance.now()`. */
  #start = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (report: SampleReport) => void) {
    this.#report = report;
  }

  /** @param port where frames go; needed with `feed` only */
  obey(command: SampleCommand, port: MessagePort | undefined): void {
    switch (command.kind) {
      case 'feed':
        if (port === undefined) throw new Error('A feed needs a port.');
        this.#sender?.end();
        this.#sender = new FrameSender(port);
        this.#size = command.size;
        this.#variant = command.variant;
        return this.#resume();
      case 'play':
        if (!this.#loop && this.#atEnd()) this.#frame -= SAMPLE_SCENE.loopFrames - 1;
        this.#playing = true;
        return this.#resume();
      case 'pause':
        this.#playing = false;
        clearTimeout(this.#timer);
        return this.#tell();
      case 'seek':
        this.#frame += this.#frameAt(command.seconds) - (this.#frame % SAMPLE_SCENE.loopFrames);
        return this.#resume();
      case 'loop':
        this.#loop = command.on;
        return this.#tell();
      case 'stop':
        clearTimeout(this.#timer);
        this.#sender?.end();
        return close();
    }
  }

  /** Draws the current frame now, and goes on from it if playing. */
  #resume(): void {
    clearTimeout(this.#timer);
    if (this.#sender === null) return;
    // The clock starts after the drawing, because the first one makes the textures.
    this.#draw();
    this.#start = performance.now() - this.#frame * FRAME_MS;
    this.#tell();
    if (this.#playing) this.#schedule();
  }

  #schedule(): void {
    const due = this.#start + (this.#frame + 1) * FRAME_MS;
    this.#timer = setTimeout(() => this.#step(), Math.max(0, due - performance.now()));
  }

  #step(): void {
    const before = this.#frame;
    this.#frame = Math.max(before + 1, Math.floor((performance.now() - this.#start) / FRAME_MS));
    const lastOfLoop = before - (before % SAMPLE_SCENE.loopFrames) + SAMPLE_SCENE.loopFrames - 1;
    if (!this.#loop && this.#frame >= lastOfLoop) {
      this.#frame = lastOfLoop;
      this.#playing = false;
    }
    this.#draw();
    if (!this.#playing) return this.#tell();
    if (Math.floor(this.#frame / REPORT_EVERY) !== Math.floor(before / REPORT_EVERY)) this.#tell();
    this.#schedule();
  }

  #draw(): void {
    const { rgba, size, timestampUs } = renderSampleFrame(this.#frame, this.#size, this.#variant);
    const duration = Math.round(FRAME_MS * 1000);
    // `transfer` (not in the type library yet) hands the bytes over; a browser that does not know it copies them.
    const init: VideoFrameBufferInit & { readonly transfer: readonly ArrayBuffer[] } = {
      format: 'RGBX',
      codedWidth: size.width,
      codedHeight: size.height,
      timestamp: timestampUs,
      duration,
      transfer: [rgba.buffer],
    };
    this.#sender?.takeFrame(new VideoFrame(rgba, init));
  }

  #tell(): void {
    this.#report({ playing: this.#playing, seconds: (this.#frame % SAMPLE_SCENE.loopFrames) / SAMPLE_SCENE.frameRate });
  }

  #atEnd(): boolean {
    return this.#frame % SAMPLE_SCENE.loopFrames === SAMPLE_SCENE.loopFrames - 1;
  }

  #frameAt(seconds: number): number {
    const frame = Math.round(seconds * SAMPLE_SCENE.frameRate);
    return Math.min(SAMPLE_SCENE.loopFrames - 1, Math.max(0, frame));
  }
}
