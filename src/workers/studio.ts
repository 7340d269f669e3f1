import { DEFAULT_EFFECTS, type Effects } from '../shared/effects.js';
import { messageOf, type Result } from '../shared/errors.js';
import type { FrameFeed, SourceInfo } from '../shared/frame.js';
import type { MaskGrid } from '../shared/mask.js';
import type {
  ObjectId,
  PipelineSettings,
  PipelineStats,
  RecordedClip,
  RecordingOptions,
} from '../shared/pipeline-api.js';
import type { Compositor } from '../render/compositor.js';
import { maskNear, type KeyframeRequest, type Track } from '../tracking/tracker.js';
import { Engines } from './engines.js';
import type { EventSender } from './event-sender.js';
import { Ledger } from './frame-ledger.js';
import { PixelReader } from './frame-pixels.js';
import { FrameShelf } from './frame-shelf.js';
import { FrameStages, type DrawnFrame, type Look } from './frame-stages.js';
import { HoverPreview } from './hover-preview.js';
import { LiveBudget } from './live-budget.js';
import { KeyframeRunner } from './keyframe-runner.js';
import { MaskCarrier } from './mask-carrier.js';
import type { MaskObserver } from './mask-observer.js';
import { Pictures } from './pictures.js';
import { RecordingSession } from './recording-session.js';
import { emptyScene, summarise } from './scene.js';
import { SceneStore } from './scene-store.js';
import { mayBeLate, SourceRun } from './source-run.js';
import { StageClock } from './stage-clock.js';

/** After a change without a new frame (a paused video) the picture is drawn again this soon. */
const REDRAW_MS = 40;
const STATS_EVERY_MS = 500;

export type StudioParts = {
  readonly canvas: OffscreenCanvas;
  readonly compositor: Compositor;
  readonly events: EventSender;
  readonly baseUrl: string;
  readonly settings: PipelineSettings;
};

/** Everything that works on frames, wired together; the {@link Pipeline} answers the page and leaves the work to it. */
export class Studio {
  readonly events: EventSender;
  readonly compositor: Compositor;
  readonly ledger = new Ledger();
  readonly shelf = new FrameShelf(this.ledger);
  readonly store = new SceneStore(() => this.#sceneChanged());
  readonly engines: Engines;
  readonly hover: HoverPreview;
  readonly recording: RecordingSession;
  readonly #clock = new StageClock();
  readonly #pixels = new PixelReader();
  readonly #budget: LiveBudget;
  readonly #pictures: Pictures;
  readonly #runner: KeyframeRunner;
  readonly #statsTimer: ReturnType<typeof setInterval>;
  #run: SourceRun | null = null;
  #turn: Promise<void> = Promise.resolve();
  #redrawTimer: ReturnType<typeof setTimeout> | null = null;
  #maskAgeMs = 0;
  #effects: Effects = DEFAULT_EFFECTS;
  #compare = false;
  #settings: PipelineSettings;
  observer: MaskObserver | null = null;

  constructor({ canvas, compositor, events, baseUrl, settings }: StudioParts) {
    this.events = events;
    this.compositor = compositor;
    this.#settings = settings;
    this.#budget = new LiveBudget(settings);
    this.engines = new Engines(baseUrl, {
      onProgress: (progress) => events.postSoon('loading', () => ({ kind: 'loading', ...progress })),
      onProblem: (problem) => events.problem(problem),
    });
    this.recording = new RecordingSession(canvas, events);
    this.#pictures = new Pictures(events, this.store, this.shelf, this.#pixels);
    this.hover = new HoverPreview({ engines: this.engines, pixels: this.#pixels, budget: this.#budget });
    this.#runner = new KeyframeRunner({
      store: this.store,
      shelf: this.shelf,
      pixels: this.#pixels,
      engines: this.engines,
      budget: this.#budget,
      clock: this.#clock,
      onAnswer: (ids, purpose) => this.#answered(ids, purpose),
      onIdle: () => this.#run?.stages.goOn(),
      onProblem: (problem) => events.problem(problem),
    });
    this.#statsTimer = setInterval(() => events.post({ kind: 'stats', stats: this.stats() }), STATS_EVERY_MS);
  }

  get settings(): PipelineSettings {
    return this.#settings;
  }

  set settings(settings: PipelineSettings) {
    this.#settings = settings;
    this.#budget.wanted = settings;
  }

  set effects(effects: Effects) {
    this.#effects = effects;
    this.redrawSoon();
  }

  set compare(on: boolean) {
    this.#compare = on;
    this.redrawSoon();
  }

  get #look(): Look {
    return {
      effects: this.#effects,
      compare: this.#compare,
      hidePreview: this.recording.active,
      stale: this.#settings.lateMasks === 'stale',
    };
  }

  get source(): SourceInfo | null {
    return this.#run?.info ?? null;
  }

  /** Ends the source before and starts this one; the objects go with the old one. */
  open(info: SourceInfo, feed: FrameFeed): Promise<void> {
    return this.#inTurn(() => this.#open(info, feed));
  }

  /** Stops the source, closes every frame and forgets the objects. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  /** Opening and closing follow one another, whoever asks how fast. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined); // whoever asked for this step is told; the next one starts afresh
    return turn;
  }

  async #open(info: SourceInfo, feed: FrameFeed): Promise<void> {
    await this.#close();
    const stages = new FrameStages({
      store: this.store,
      shelf: this.shelf,
      pixels: this.#pixels,
      carrier: new MaskCarrier(this.#clock),
      runner: this.#runner,
      hover: this.hover,
      compositor: this.compositor,
      budget: this.#budget,
      mayBeLate: mayBeLate(this.#settings),
      look: () => this.#look,
      clock: this.#clock,
      onDrawn: (drawn) => this.#drawn(drawn),
      onShown: (drawn) => this.#pictures.sendThumbnail(drawn),
      onPreviewFailed: (error) => this.#previewFailed(error),
    });
    const run = new SourceRun(info, feed, this.#settings, this.ledger, stages, this.#clock);
    this.#run = run;
    run.ended.then(
      () => this.events.post({ kind: 'source-ended', ...this.ledger.totals }),
      (error: unknown) => {
        this.#run = null;
        this.shelf.clear();
        this.events.problem({
          code: 'capture-failed',
          what: `The picture stopped because of an error in LiveRoto: ${messageOf(error)}.`,
          mend: 'Choose the source again; if it happens again, please report it.',
        });
      },
    );
  }

  async #close(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    await run?.stop();
    this.shelf.clear();
    this.hover.point = null;
    this.store.update((scene) => ({ ...emptyScene, nextId: scene.nextId }));
  }

  /** Looks for due keyframes now instead of at the next frame. */
  kick(): void {
    this.#run?.stages.startKeyframes();
  }

  /** Resolves when nothing that was asked of the model is unanswered. */
  answered(): Promise<void> {
    return this.#runner.answered();
  }

  /** The track's mask on the frame on screen; null when it cannot be carried there. */
  carried(track: Track): MaskGrid | null {
    const mask = maskNear(track, this.shelf.shown?.timestamp ?? 0);
    return mask === null ? null : (this.#run?.stages.carry(mask) ?? null);
  }

  async startRecording(options: RecordingOptions): Promise<Result<null>> {
    const info = this.source;
    const transparent = this.#effects.background.kind === 'transparent';
    return this.recording.start(options, info?.frameRate ?? 0, transparent);
  }

  stopRecording(): Promise<Result<RecordedClip>> {
    return this.recording.stop();
  }

  redrawSoon(): void {
    this.#redrawTimer ??= setTimeout(() => this.#redraw(), REDRAW_MS);
  }

  stats(): PipelineStats {
    const { engines } = this;
    const mailbox = this.#run?.mailbox;
    const lowered = this.#budget.lowered;
    return {
      sourceFps: this.#clock.rate('received'),
      shownFps: this.#clock.rate('shown'),
      receivedFrames: mailbox?.received ?? 0,
      droppedFrames: mailbox?.dropped ?? 0,
      keyframesPerSecond: this.#clock.rate('keyframe'),
      maskAgeMs: this.#maskAgeMs,
      stages: this.#clock.timings(),
      delayFrames: this.#run?.stages.delayFrames ?? 0,
      inputSize: this.#budget.inputSize,
      backend: engines.backend,
      poolSize: engines.promptable?.size ?? 0,
      threads: engines.threads,
      replacedWorkers: engines.replacedWorkers,
      lowered: lowered === null ? [] : [lowered],
    };
  }

  async dispose(): Promise<void> {
    clearInterval(this.#statsTimer);
    if (this.#redrawTimer !== null) clearTimeout(this.#redrawTimer);
    await this.close();
    if (this.recording.active) await this.recording.stop();
    this.engines.stop();
    this.observer?.close();
    this.compositor.dispose();
    this.events.close();
  }

  /** Draws the frame on screen again unless a newer one has come meanwhile, which shows the change anyway. */
  #redraw(): void {
    this.#redrawTimer = null;
    this.#run?.stages.redraw();
  }

  #drawn(drawn: DrawnFrame): Promise<void> {
    if (this.#redrawTimer !== null) clearTimeout(this.#redrawTimer);
    this.#redrawTimer = null;
    const followed = drawn.layers.filter(({ look }) => look !== 'lost');
    this.#maskAgeMs = Math.max(0, ...followed.map(({ id }) => drawn.maskAgesMs.get(id) ?? 0));
    const recorded = this.#clock.time('record', () => this.recording.add(drawn.frame.timestamp, this.#settings.mode));
    this.observer?.observe(this.compositor, drawn);
    return recorded;
  }

  #answered(ids: readonly ObjectId[], purpose: KeyframeRequest['purpose']): void {
    if (purpose === 'tap') for (const id of ids) this.#pictures.sendCandidates(id);
    this.redrawSoon();
  }

  #sceneChanged(): void {
    this.events.postSoon('objects', () => {
      const { objects, done, undone } = this.store.scene;
      return { kind: 'objects', objects: objects.map(summarise), canUndo: done.length > 0, canRedo: undone.length > 0 };
    });
  }

  #previewFailed(error: unknown): void {
    this.hover.point = null;
    this.events.problem({
      code: 'model-failed',
      what: `The preview stopped: ${messageOf(error)}.`,
      mend: 'Tapping still works; reload the page if it does not.',
    });
  }
}
