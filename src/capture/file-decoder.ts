import { timeOn, type FileClock, type FileCommand, type FileFacts, type FileReport } from '../shared/file-control.js';
import type { FrameFeed, SourceInfo } from '../shared/frame.js';
import { FileSound } from './file-sound.js';
import type { FrameSource, Playback } from './frame-source.js';
import { fileProblem } from './problems.js';
import { Changes, Ending, nextEvent } from './signals.js';

/**
 * Opens a video file with a worker that reads and decodes it, which goes on in a hidden tab; its first frame is ready when this resolves.
 * @returns null when that cannot be done: unknown container, a codec that WebCodecs lacks, damage at the beginning. Rejects only with the
 * signal's reason.
 */
export async function openDecoded(file: File, signal: AbortSignal): Promise<FrameSource | null> {
  signal.throwIfAborted();
  const player = new PlayerWorker();
  let sound: FileSound | null = null;
  try {
    const facts = await player.open(file, signal);
    if (facts !== null) {
      sound = facts.soundEnd === null ? null : await FileSound.open(file, facts.soundEnd, signal);
      return new DecodedSource(file, player, facts, sound);
    }
  } catch (error) {
    player.terminate();
    throw error;
  }
  player.terminate();
  return null;
}

/** The worker, and how many commands it has been sent. */
class PlayerWorker {
  readonly #worker = new Worker(new URL('../workers/file.worker.ts', import.meta.url), { type: 'module' });
  sent = 0;

  /** @returns null when the file is not for it */
  async open(file: File, signal: AbortSignal): Promise<FileFacts | null> {
    const reports: FileReport[] = [];
    this.#worker.onmessage = ({ data }: MessageEvent<FileReport>) => reports.push(data);
    this.#post({ kind: 'open', file });
    await nextEvent(this.#worker, ['message', 'error'], signal);
    const first = reports[0];
    return first?.kind === 'opened' ? first.facts : null;
  }

  /** Nothing that matters is reported between the opening and the first command. */
  listen(onReport: (report: FileReport) => void, onError: (message: string) => void): void {
    this.#worker.onmessage = ({ data }: MessageEvent<FileReport>) => onReport(data);
    this.#worker.onerror = ({ message }) => onError(message);
  }

  send(command: FileCommand, transfer: Transferable[] = []): void {
    this.sent++;
    this.#post(command, transfer);
  }

  terminate(): void {
    this.#worker.terminate();
  }

  #post(command: FileCommand, transfer: Transferable[] = []): void {
    this.#worker.postMessage(command, transfer);
  }
}

class DecodedSource implements FrameSource {
  readonly info: SourceInfo;
  readonly audio: MediaStreamTrack | null;
  readonly playback: DecodedPlayback;
  readonly onEnded: FrameSource['onEnded'];
  readonly #player: PlayerWorker;
  readonly #sound: FileSound | null;
  #stopped = false;

  constructor(file: File, player: PlayerWorker, { size, duration }: FileFacts, sound: FileSound | null) {
    const ending = new Ending();
    this.info = { kind: 'file', label: file.name, size, frameRate: 0, mirrored: false };
    this.audio = sound?.track ?? null;
    this.playback = new DecodedPlayback(player, duration, sound);
    this.onEnded = ending.onEnded;
    this.#player = player;
    this.#sound = sound;
    const breakOff = (message: string, mediaError: number) => {
      if (this.#stopped) return;
      this.stop();
      ending.end(fileProblem({ name: file.name, type: file.type, bytes: file.size, mediaError, message }));
    };
    player.listen(
      (report) => {
        if (report.kind === 'clock') this.playback.follow(report.clock, report.heard);
        if (report.kind === 'broken')
          breakOff(report.message, report.unreadable ? MEDIA_ERR_NETWORK : MEDIA_ERR_DECODE);
      },
      (message) => breakOff(message, MEDIA_ERR_DECODE),
    );
  }

  openFeed(): FrameFeed {
    if (this.#stopped) throw new Error('This source has been stopped.');
    const { port1, port2 } = new MessageChannel();
    this.#player.send({ kind: 'feed' }, [port1]);
    this.playback.play();
    return { kind: 'port', port: port2 };
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#sound?.stop();
    // It says goodbye to the reader, and closes itself.
    this.#player.send({ kind: 'stop' });
  }
}

const { MEDIA_ERR_NETWORK, MEDIA_ERR_DECODE } = MediaError;

/** Answers at once as if the worker had heard already; the worker's clock is what counts once it has. */
class DecodedPlayback implements Playback {
  readonly duration: number;
  readonly #player: PlayerWorker;
  readonly #sound: FileSound | null;
  readonly #changes = new Changes();
  readonly onChange = this.#changes.onChange;
  #clock: FileClock = { playing: false, seconds: 0, since: null };
  #loop = true;

  constructor(player: PlayerWorker, duration: number, sound: FileSound | null) {
    this.#player = player;
    this.duration = duration;
    this.#sound = sound;
  }

  get playing(): boolean {
    return this.#clock.playing;
  }
  get time(): number {
    return Math.min(this.duration, timeOn(this.#clock));
  }
  get loop(): boolean {
    return this.#loop;
  }
  set loop(on: boolean) {
    this.#loop = on;
    this.#player.send({ kind: 'loop', on });
    this.#changes.tell();
  }
  play(): void {
    this.#player.send({ kind: 'play' });
    this.#set({ ...this.#clock, playing: true });
  }
  pause(): void {
    this.#player.send({ kind: 'pause' });
    this.#set({ playing: false, seconds: this.time, since: null });
  }
  seek(time: number): void {
    const seconds = Math.min(this.duration, Math.max(0, time));
    this.#player.send({ kind: 'seek', seconds });
    this.#set({ ...this.#clock, seconds, since: null });
  }

  /** @param heard how many commands the worker had heard when it looked at its clock */
  follow(clock: FileClock, heard: number): void {
    if (heard === this.#player.sent) this.#set(clock);
  }

  #set(clock: FileClock): void {
    this.#clock = clock;
    this.#sound?.follow(clock);
    this.#changes.tell();
  }
}
