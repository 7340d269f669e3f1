import * as Comlink from 'comlink';
import type { CameraChoice } from '../capture/camera.js';
import type { FrameSource } from '../capture/frame-source.js';
import type { Problem } from '../shared/errors.js';
import type { FrameFeed } from '../shared/frame.js';
import { INITIAL_STATE } from './app-state.js';
import type { SessionContext } from './context.js';
import type { OpenSource, SourceRequest } from './source.js';

const transferFeed = (feed: FrameFeed): FrameFeed =>
  Comlink.transfer(feed, [feed.kind === 'stream' ? feed.stream : feed.port]);

/** Owns the open source. A newer wish aborts the earlier one; the old picture stays until the new source is there. */
export class Sources {
  readonly #context: SessionContext;
  readonly #open: OpenSource;
  readonly #listCameras: () => Promise<readonly CameraChoice[]>;
  #source: FrameSource | null = null;
  #opening: AbortController | null = null;
  #unsubscribe: (() => void)[] = [];
  #request: SourceRequest | null = null;

  constructor(context: SessionContext, open: OpenSource, listCameras: () => Promise<readonly CameraChoice[]>) {
    this.#context = context;
    this.#open = open;
    this.#listCameras = listCameras;
  }

  get audio(): MediaStreamTrack | null {
    return this.#source?.audio ?? null;
  }

  async open(request: SourceRequest): Promise<void> {
    const { store, report } = this.#context;
    this.#opening?.abort();
    const controller = new AbortController();
    this.#opening = controller;
    this.#request = request;
    const statusBefore = this.#source === null ? 'none' : 'live';
    store.update({ sourceStatus: 'opening' });
    const result = await this.#openUnlessAborted(request, controller.signal);
    if (controller.signal.aborted) {
      if (result?.ok === true) result.value.stop();
      return;
    }
    this.#opening = null;
    if (result === null) return;
    if (!result.ok) {
      store.update({ sourceStatus: statusBefore });
      report(result.problem);
      return;
    }
    this.#take(result.value);
    if (request.kind === 'camera') {
      store.update({ cameraId: request.deviceId });
      await this.refreshCameras();
    }
  }

  /** The last wish again: after a failure, or when a source has ended. */
  async reopen(): Promise<void> {
    if (this.#request !== null) await this.open(this.#request);
  }

  /** Gives the open source to a new pipeline. */
  resend(): void {
    const pipeline = this.#context.pipeline();
    if (this.#source === null || pipeline === null) return;
    pipeline.tell(pipeline.api.setSource(this.#source.info, transferFeed(this.#source.openFeed())));
  }

  async close(): Promise<void> {
    this.#opening?.abort();
    this.#opening = null;
    this.#drop();
    this.#context.store.update({ source: null, sourceStatus: 'none', playback: null });
    const pipeline = this.#context.pipeline();
    if (pipeline !== null) await pipeline.ask(pipeline.api.clearSource()).catch(() => undefined);
  }

  async refreshCameras(): Promise<void> {
    this.#context.store.update({ cameras: await this.#listCameras() });
  }

  setPlaying(playing: boolean): void {
    const playback = this.#source?.playback;
    if (playing) playback?.play();
    else playback?.pause();
  }
  seek(time: number): void {
    this.#source?.playback?.seek(time);
  }
  setLoop(loop: boolean): void {
    const playback = this.#source?.playback;
    if (playback !== null && playback !== undefined) playback.loop = loop;
    this.#readPlayback();
  }

  async #openUnlessAborted(request: SourceRequest, signal: AbortSignal) {
    try {
      return await this.#open(request, this.#context.store.state.microphone, signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  #take(source: FrameSource): void {
    const { store } = this.#context;
    this.#drop();
    this.#source = source;
    const ended = source.onEnded((problem) => this.#ended(source, problem));
    const changed = source.playback?.onChange(() => this.#readPlayback());
    this.#unsubscribe = changed === undefined ? [ended] : [ended, changed];
    const { objects, memory, selectedId, thumbnails, candidates, canUndo, canRedo } = INITIAL_STATE;
    store.update({
      ...{ objects, memory, selectedId, thumbnails, candidates, canUndo, canRedo },
      source: source.info,
      sourceStatus: 'live',
      playback: null,
      problems: store.state.problems.filter((problem) => !/^(camera|screen|file|capture)-/.test(problem.code)),
      announcement: `${source.info.label} is on.`,
    });
    this.#readPlayback();
    this.resend();
  }

  #drop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    this.#source?.stop();
    this.#source = null;
  }

  #ended(source: FrameSource, problem: Problem | null): void {
    if (source !== this.#source) return;
    this.#context.store.update({ sourceStatus: 'ended', announcement: `${source.info.label} has ended.` });
    if (problem !== null) this.#context.report(problem);
  }

  #readPlayback(): void {
    const playback = this.#source?.playback;
    if (playback === null || playback === undefined) return;
    const { playing, time, duration, loop } = playback;
    this.#context.store.update({ playback: { playing, time, duration, loop } });
  }
}
