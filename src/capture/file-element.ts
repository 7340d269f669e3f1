import { ok, type Problem, type Result } from '../shared/errors.js';
import type { SourceInfo } from '../shared/frame.js';
import type { FrameSource, Playback } from './frame-source.js';
import { fileProblem } from './problems.js';
import { Changes, Ending, nextEvent } from './signals.js';
import { soundOf } from './file-sound.js';
import { makeVideo } from './video-element.js';
import { VideoFeed } from './video-feed.js';

const CHANGES = ['play', 'pause', 'seeked', 'timeupdate', 'durationchange', 'ended'] as const;

/** Opens a video file in a `<video>`; its first frame is ready when this resolves. Rejects only with the signal's reason. */
export async function openInElement(file: File, signal: AbortSignal): Promise<Result<FrameSource>> {
  signal.throwIfAborted();
  const video = makeVideo();
  const url = URL.createObjectURL(file);
  const letGo = () => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  video.loop = true;
  video.preload = 'auto';
  video.src = url;
  try {
    const event = await nextEvent(video, ['loadeddata', 'error'], signal);
    if (event.type !== 'error' && video.videoWidth > 0) return ok(new ElementSource(file, video, letGo));
  } catch (error) {
    letGo();
    throw error;
  }
  const problem = problemOf(file, video);
  letGo();
  return { ok: false, problem };
}

const problemOf = (file: File, video: HTMLVideoElement): Problem =>
  fileProblem({
    name: file.name,
    type: file.type,
    bytes: file.size,
    mediaError: video.error?.code ?? 0,
    message: video.error?.message ?? '',
  });

/** A `<video>` whose pictures go to a feed. Heard by nobody: it is muted, and its sound only goes into recordings. */
class ElementSource implements FrameSource {
  readonly info: SourceInfo;
  readonly audio: MediaStreamTrack | null;
  readonly playback: Playback;
  readonly onEnded: FrameSource['onEnded'];
  readonly #video: HTMLVideoElement;
  readonly #letGo: () => void;
  #frames: VideoFeed | null = null;
  #stopped = false;

  constructor(file: File, video: HTMLVideoElement, letGo: () => void) {
    const ending = new Ending();
    const size = { width: video.videoWidth, height: video.videoHeight };
    this.info = { kind: 'file', label: file.name, size, frameRate: 0, mirrored: false };
    this.#video = video;
    this.#letGo = letGo;
    this.audio = soundOf(video);
    this.playback = new VideoPlayback(video);
    this.onEnded = ending.onEnded;
    video.addEventListener('error', () => {
      if (this.#stopped) return;
      const problem = problemOf(file, video);
      this.stop();
      ending.end(problem);
    });
  }

  openFeed() {
    if (this.#stopped) throw new Error('This source has been stopped.');
    this.#frames?.end();
    this.#frames = new VideoFeed(this.#video, 'media');
    this.playback.play();
    return this.#frames.feed;
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#frames?.end();
    this.audio?.stop();
    this.#letGo();
  }
}

class VideoPlayback implements Playback {
  readonly #video: HTMLVideoElement;
  readonly #changes = new Changes();
  readonly onChange = this.#changes.onChange;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    for (const name of CHANGES) video.addEventListener(name, this.#changes.tell);
  }

  get playing(): boolean {
    return !this.#video.paused && !this.#video.ended;
  }
  get time(): number {
    return this.#video.currentTime;
  }
  get duration(): number {
    return this.#video.duration;
  }
  get loop(): boolean {
    return this.#video.loop;
  }
  set loop(on: boolean) {
    this.#video.loop = on;
    this.#changes.tell();
  }
  play(): void {
    // Rejects when a pause, a stop or a damaged picture comes in between; each of these is told in its own way.
    this.#video.play().catch(() => undefined);
  }
  pause(): void {
    this.#video.pause();
  }
  seek(time: number): void {
    this.#video.currentTime = Math.max(0, time);
  }
}
