import * as Comlink from 'comlink';
import type { CameraChoice } from '../capture/camera.js';
import type { Effects } from '../shared/effects.js';
import { fail, messageOf, type Problem, type ProblemCode, type Result } from '../shared/errors.js';
import type { Point } from '../shared/geometry.js';
import type {
  ObjectId,
  PipelineApi,
  PipelineEvent,
  PipelineSettings,
  RecordingFormat,
} from '../shared/pipeline-api.js';
import type { UserPrompt } from '../shared/prompt.js';
import { INITIAL_STATE, isRecording, selectedObject, type AppState } from './app-state.js';
import { closeDropped } from './bitmaps.js';
import { closeBitmaps, orNullIfDied, PipelineConnection, type PipelineThread } from './pipeline-connection.js';
import { loadPreferences, savePreferences, type PreferenceStorage } from './preferences.js';
import { reduce, withoutProblem, withProblem } from './reduce.js';
import { Recordings, type RecordingTools } from './recordings.js';
import { Sources } from './sources.js';
import type { OpenSource, SourceRequest } from './source.js';
import { Store } from './store.js';

/** The outside world, as the session needs it. */
export type SessionTools = RecordingTools & {
  startThread(): PipelineThread;
  readonly openSource: OpenSource;
  listCameras(): Promise<readonly CameraChoice[]>;
  readonly storage: PreferenceStorage;
  /** Absolute URL of the app's folder, with a trailing slash. */
  readonly baseUrl: string;
  now(): number;
};

/**
 * The one owner of the app's state, of the source and of the pipeline worker. State goes out as immutable snapshots, wishes come in as method
 * calls. Failures that can be expected become entries of `AppState.problems`.
 */
export class Session {
  readonly #tools: SessionTools;
  readonly #store: Store<AppState>;
  readonly #sources: Sources;
  readonly #recordings: Recordings;
  #pipeline: PipelineConnection | null = null;
  #backgroundFile: Blob | null = null;

  constructor(tools: SessionTools) {
    this.#tools = tools;
    const preferences = loadPreferences(tools.storage);
    this.#store = new Store<AppState>({ ...INITIAL_STATE, ...preferences, canSaveToDisk: tools.canPickSaveFile() });
    const context = { store: this.#store, pipeline: () => this.#pipeline, report: this.report };
    this.#sources = new Sources(context, tools.openSource, tools.listCameras);
    this.#recordings = new Recordings(context, tools, () => this.#sources.audio);
    let last = this.#store.state;
    this.#store.subscribe((state) => {
      closeDropped(last, state);
      this.#remember(last, state);
      last = state;
    });
  }

  get state(): AppState {
    return this.#store.state;
  }

  subscribe(listener: (state: AppState) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Starts a pipeline that draws on `canvas`, which nobody else has drawn on. Ends the earlier one, if any. */
  async start(canvas: OffscreenCanvas): Promise<void> {
    this.#pipeline?.end('replaced');
    const { generation } = this.state;
    const pipeline = new PipelineConnection(this.#tools.startThread(), this.#onEvent, (reason) =>
      this.#onDeath(reason),
    );
    this.#pipeline = pipeline;
    this.#store.update({ pipelineStatus: 'starting', loading: null, backend: null });
    const { settings, effects } = this.state;
    const start = { canvas, events: pipeline.eventsPort, settings, baseUrl: this.#tools.baseUrl };
    const started = pipeline.ask(pipeline.api.start(Comlink.transfer(start, [canvas, pipeline.eventsPort])));
    pipeline.tell(pipeline.api.setEffects(effects));
    this.#sendBackgroundPicture();
    this.#sources.resend();
    const result = await orNullIfDied(started);
    if (result === null || this.#pipeline !== pipeline || this.state.generation !== generation) return;
    if (result.ok) this.#store.update({ pipelineStatus: 'ready', backend: result.value.backend, loading: null });
    else {
      this.#store.update({ pipelineStatus: 'failed', loading: null });
      this.report(result.problem);
    }
    await this.#recordings.welcome();
  }

  /** Gives up the pipeline and asks the stage for a fresh canvas, by a new `generation`; the stage answers with {@link start}. */
  restart(): void {
    this.#pipeline?.end('restarted');
    this.#pipeline = null;
    const { recording, ...cleared } = INITIAL_STATE;
    const { objects, memory, selectedId, thumbnails, candidates, canUndo, canRedo, stats } = cleared;
    this.#store.update({
      ...{ objects, memory, selectedId, thumbnails, candidates, canUndo, canRedo, stats, recording },
      pipelineStatus: 'waiting',
      generation: this.state.generation + 1,
      problems: this.state.problems.filter((problem) => !MENDED_BY_RESTART.has(problem.code)),
    });
  }

  openSource(request: SourceRequest): Promise<void> {
    return this.#sources.open(request);
  }
  reopenSource(): Promise<void> {
    return this.#sources.reopen();
  }
  closeSource(): Promise<void> {
    return this.#sources.close();
  }
  refreshCameras(): Promise<void> {
    return this.#sources.refreshCameras();
  }
  setPlaying(playing: boolean): void {
    this.#sources.setPlaying(playing);
  }
  seek(time: number): void {
    this.#sources.seek(time);
  }
  setLoop(loop: boolean): void {
    this.#sources.setLoop(loop);
  }

  async addObject(prompt: UserPrompt): Promise<void> {
    await this.#askForObject((api) => api.addObject(prompt));
  }

  /** Keeps people without a tap, and offers to blur what is behind them while the background is untouched. */
  async addPeople(): Promise<void> {
    const people = this.state.objects.find((object) => object.kind === 'people');
    if (people !== undefined) this.select(people.id);
    else if (!(await this.#askForObject((api) => api.addPeople()))) return;
    if (this.state.effects.background.kind === 'keep') this.#store.update({ offer: 'blur-background' });
  }

  addPrompt(id: ObjectId, prompt: UserPrompt): void {
    this.#tell((api) => api.addPrompt(id, prompt));
  }
  /** The next (`step` 1) or earlier (-1) reading of the selected object, round and round. */
  stepCandidate(step: number): void {
    const object = selectedObject(this.state);
    const count = object?.candidateScores.length ?? 0;
    if (object === null || count < 2) return;
    this.chooseCandidate(object.id, (object.chosenCandidate + step + count) % count);
  }
  chooseCandidate(id: ObjectId, index: number): void {
    this.#tell((api) => api.chooseCandidate(id, index));
  }
  removeObject(id: ObjectId): void {
    this.#tell((api) => api.removeObject(id));
  }
  setVisible(id: ObjectId, visible: boolean): void {
    this.#tell((api) => api.setVisible(id, visible));
  }
  rename(id: ObjectId, name: string): void {
    this.#tell((api) => api.rename(id, name));
  }
  select(id: ObjectId | null): void {
    if (id === this.state.selectedId) return;
    this.#store.update({ selectedId: id });
    this.#tell((api) => api.select(id));
  }
  /** Selects the next (`step` 1) or earlier (-1) object; none selected counts as before the first and after the last. */
  selectStep(step: number): void {
    const { objects, selectedId } = this.state;
    const at = objects.findIndex((object) => object.id === selectedId);
    const next = at === -1 && step < 0 ? objects.length - 1 : at + step;
    this.select(objects[next]?.id ?? null);
  }
  undo(): void {
    if (this.state.canUndo) this.#tell((api) => api.undo());
  }
  redo(): void {
    if (this.state.canRedo) this.#tell((api) => api.redo());
  }
  preview(point: Point | null): void {
    this.#tell((api) => api.preview(point));
  }

  setEffects(effects: Effects): void {
    this.#store.update({ effects, offer: effects.background.kind === 'keep' ? this.state.offer : null });
    this.#tell((api) => api.setEffects(effects));
  }
  dismissOffer(): void {
    this.#store.update({ offer: null });
  }

  /** Shows `picture` behind the objects. A file that is no picture becomes a problem. */
  async setBackgroundPicture(picture: Blob): Promise<void> {
    const small = await readBitmap(picture, 160);
    if (!small.ok) return this.report(small.problem);
    this.#backgroundFile = picture;
    this.dismiss('picture-unreadable');
    this.#store.update({ backgroundPicture: small.value });
    this.#sendBackgroundPicture();
    this.setEffects({ ...this.state.effects, background: { kind: 'picture' } });
  }

  compare(on: boolean): void {
    if (on === this.state.comparing) return;
    this.#store.update({ comparing: on });
    this.#tell((api) => api.compare(on));
  }

  async configure(settings: PipelineSettings): Promise<void> {
    this.#store.update({ settings });
    const pipeline = this.#pipeline;
    if (pipeline === null) return;
    const result = await orNullIfDied(pipeline.ask(pipeline.api.configure(settings)));
    if (result === null || pipeline !== this.#pipeline) return;
    if (result.ok) this.#store.update({ backend: result.value.backend });
    else this.report(result.problem);
  }

  /** Cameras open with or without sound from now on; an open one is opened again. */
  async setMicrophone(microphone: boolean): Promise<void> {
    this.#store.update({ microphone });
    if (this.state.source?.kind === 'camera') await this.reopenSource();
  }
  setFormat(format: RecordingFormat): void {
    this.#store.update({ format });
  }
  setSaveToDisk(saveToDisk: boolean): void {
    this.#store.update({ saveToDisk });
  }
  startRecording(): Promise<void> {
    return this.#recordings.start();
  }
  pauseRecording(): void {
    this.#recordings.pause();
  }
  resumeRecording(): void {
    this.#recordings.resume();
  }
  stopRecording(): Promise<void> {
    return this.#recordings.stop();
  }
  /** Looks at a stored recording. */
  async showClip(fileName: string): Promise<void> {
    this.dismissOffer();
    await this.#recordings.show(fileName);
  }
  clipSaved(): Promise<void> {
    return this.#recordings.saved();
  }
  discardClip(): Promise<void> {
    return this.#recordings.discard();
  }

  dismiss(code: ProblemCode): void {
    this.#store.replace(withoutProblem(this.state, code));
  }

  /** Puts a failure before the person. */
  readonly report = (problem: Problem): void => this.#store.replace(withProblem(this.state, problem));

  /** Stops the source and the worker. */
  async dispose(): Promise<void> {
    await this.#sources.close();
    this.#pipeline?.end('disposed');
    this.#pipeline = null;
  }

  readonly #onEvent = (event: PipelineEvent): void => {
    const before = this.state;
    this.#store.replace(reduce(before, event, this.#tools.now()));
    if (event.kind === 'thumbnail' || event.kind === 'candidates') {
      if (this.state === before) closeBitmaps(event);
    }
    // A new object selects itself here; the worker draws the selection, so it must know.
    if (event.kind === 'objects' && this.state.selectedId !== before.selectedId) {
      const id = this.state.selectedId;
      this.#tell((api) => api.select(id));
    }
  };

  #onDeath(reason: string): void {
    const recorded = isRecording(this.state) ? ' The running recording is lost.' : '';
    this.#pipeline = null;
    this.#store.update({ pipelineStatus: 'dead', loading: null, recording: INITIAL_STATE.recording });
    const what = `The part that finds and draws objects stopped (${reason}).${recorded}`;
    this.report({ code: 'worker-died', what, mend: 'Start it again; your effects and the source are kept.' });
  }

  #tell(call: (api: Comlink.Remote<PipelineApi>) => Promise<unknown>): void {
    if (this.#pipeline !== null) this.#pipeline.tell(call(this.#pipeline.api));
  }

  async #askForObject(call: (api: Comlink.Remote<PipelineApi>) => Promise<Result<ObjectId>>): Promise<boolean> {
    const pipeline = this.#pipeline;
    if (pipeline === null) return false;
    const result = await orNullIfDied(pipeline.ask(call(pipeline.api)));
    if (result === null || pipeline !== this.#pipeline) return false;
    if (!result.ok) this.report(result.problem);
    else {
      for (const mended of ['no-picture-yet', 'too-many-objects', 'people-failed'] as const) this.dismiss(mended);
      this.select(result.value);
    }
    return result.ok;
  }

  #sendBackgroundPicture(): void {
    const pipeline = this.#pipeline;
    const file = this.#backgroundFile;
    if (pipeline === null || file === null) return;
    void readBitmap(file).then((bitmap) => {
      if (!bitmap.ok) return;
      if (pipeline !== this.#pipeline) return bitmap.value.close();
      pipeline.tell(pipeline.api.setBackgroundPicture(Comlink.transfer(bitmap.value, [bitmap.value])));
    });
  }

  #remember(before: AppState, { effects, settings, format, saveToDisk, microphone }: AppState): void {
    const same =
      before.effects === effects &&
      before.settings === settings &&
      before.format === format &&
      before.saveToDisk === saveToDisk &&
      before.microphone === microphone;
    if (!same) savePreferences(this.#tools.storage, { effects, settings, format, saveToDisk, microphone });
  }
}

const MENDED_BY_RESTART: ReadonlySet<ProblemCode> = new Set([
  'worker-died',
  'webgl-lost',
  'model-missing',
  'model-altered',
  'model-failed',
  'self-check-failed',
]);

async function readBitmap(picture: Blob, width?: number): Promise<Result<ImageBitmap>> {
  try {
    return { ok: true, value: await createImageBitmap(picture, width === undefined ? {} : { resizeWidth: width }) };
  } catch (error) {
    const what = `This picture could not be read (${messageOf(error)}).`;
    return fail('picture-unreadable', what, 'Choose a JPEG, PNG or WebP picture.');
  }
}
