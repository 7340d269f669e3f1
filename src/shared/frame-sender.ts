import type { FrameAck, FrameMessage } from './frame.js';

const MOST_UNDER_WAY = 2;

/** Posts frames over a port as fast as the reader acknowledges them; the newest wins. The counterpart of a `port` feed's reader. */
export class FrameSender {
  readonly #port: MessagePort;
  #underWay = 0;
  #waiting: VideoFrame | null = null;
  #ended = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = (_taken: MessageEvent<FrameAck>) => this.#sendNext();
  }

  /** Takes ownership: the frame is sent, or closed when a newer one replaces it or the sender has ended. */
  takeFrame(frame: VideoFrame): void {
    if (this.#ended) return frame.close();
    this.#waiting?.close();
    this.#waiting = null;
    if (this.#underWay < MOST_UNDER_WAY) this.#send(frame);
    else this.#waiting = frame;
  }

  /** Tells the reader that no more will come, and closes what waits. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting?.close();
    this.#waiting = null;
    this.#post({ kind: 'end' }, []);
    this.#port.onmessage = null;
  }

  #sendNext(): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
    const frame = this.#waiting;
    if (frame === null) return;
    this.#waiting = null;
    this.#send(frame);
  }

  #send(frame: VideoFrame): void {
    this.#underWay++;
    this.#post({ kind: 'frame', frame }, [frame]);
  }

  #post(message: FrameMessage, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }
}
