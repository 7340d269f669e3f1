import { HOME_VARIANT, SAMPLE_SCENE, type SampleVariant } from '../sample/sample.js';
import type { SampleCommand, SampleReport } from '../sample/control.js';
import type { SourceInfo } from '../shared/frame.js';
import type { Size } from '../shared/geometry.js';
import type { FrameSource, Playback } from './frame-source.js';
import { Changes, Ending } from './signals.js';

/** The built-in sample, drawn and played by a worker of its own, which goes on in a hidden tab. It never ends by itself. */
export function openSample(size: Size = SAMPLE_SCENE.size, variant: SampleVariant = HOME_VARIANT): FrameSource {
  const worker = new Worker(new URL('../workers/sample.worker.ts', import.meta.url), { type: 'module' });
  const send = (command: SampleCommand, transfer: Transferable[] = []) => worker.postMessage(command, transfer);
  const info: SourceInfo = {
    kind: 'sample',
    label: 'Sample',
    size,
    frameRate: SAMPLE_SCENE.frameRate,
    mirrored: false,
  };
  const ending = new Ending();
  let stopped = false;
  worker.onerror = (event) => {
    const what = `The sample could not be drawn (${event.message || 'its worker could not be loaded'}).`;
    ending.end({ code: 'capture-failed', what, mend: 'Reload the page.' });
  };

  return {
    info,
    audio: null,
    playback: new SamplePlayback(worker, send),
    openFeed() {
      if (stopped) throw new Error('This source has been stopped.');
      const { port1, port2 } = new MessageChannel();
      send({ kind: 'feed', size, variant }, [port1]);
      return { kind: 'port', port: port2 };
    },
    onEnded: ending.onEnded,
    stop() {
      if (stopped) return;
      stopped = true;
      // It says goodbye to the reader, and closes itself.
      send({ kind: 'stop' });
    },
  };
}

class SamplePlayback implements Playback {
  readonly duration = SAMPLE_SCENE.durationSeconds;
  readonly #send: (command: SampleCommand) => void;
  readonly #changes = new Changes();
  readonly onChange = this.#changes.onChange;
  #report: SampleReport = { playing: true, seconds: 0 };
  #loop = true;

  constructor(worker: Worker, send: (command: SampleCommand) => void) {
    this.#send = send;
    worker.onmessage = ({ data }: MessageEvent<SampleReport>) => {
      this.#report = data;
      this.#changes.tell();
    };
  }

  get playing(): boolean {
    return this.#report.playing;
  }
  get time(): number {
    return this.#report.seconds;
  }
  get loop(): boolean {
    return this.#loop;
  }
  set loop(on: boolean) {
    this.#loop = on;
    this.#send({ kind: 'loop', on });
  }
  play(): void {
    this.#send({ kind: 'play' });
  }
  pause(): void {
    this.#send({ kind: 'pause' });
  }
  seek(seconds: number): void {
    this.#send({ kind: 'seek', seconds });
  }
}
