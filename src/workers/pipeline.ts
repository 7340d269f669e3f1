import { forgetRecordings, listRecordings, markRecordingSaved, openRecording } from '../record/stored-recordings.js';
import { recordingSupport } from '../record/support.js';
import { createCompositor } from '../render/compositor.js';
import type { Effects } from '../shared/effects.js';
import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import type { FrameFeed, SourceInfo } from '../shared/frame.js';
import type { Point } from '../shared/geometry.js';
import {
  MAX_OBJECTS,
  type Backend,
  type FrameLedger,
  type MaskObserverOptions,
  type ObjectId,
  type PipelineApi,
  type PipelineSettings,
  type PipelineStart,
  type PipelineStats,
  type RecordedClip,
  type RecordingOptions,
} from '../shared/pipeline-api.js';
import type { UserPrompt } from '../shared/prompt.js';
import type { RecordingSupport, StoredRecording } from '../shared/recording.js';
import { gridOfAlpha, maskShape, resampleMask } from '../tracking/mask-geometry.js';
import { addUserPrompt, chooseCandidate, newTrack, newTrackFromMask, type Track } from '../tracking/tracker.js';
import { viewOn } from '../tracking/viewport.js';
import { EventSender } from './event-sender.js';
import { sizeOfFrame } from './frame-pixels.js';
import { MaskObserver } from './mask-observer.js';
import { addObject, edit, findObject, redo, undo, type Edit, type SceneObject } from './scene.js';
import { Studio } from './studio.js';

/** Cells along each side of a mask that was given. */
const GIVEN_CELLS = 96;

/** What the page talks to. Turns calls into changes of the scene; the {@link Studio} does the work. */
export class Pipeline implements PipelineApi {
  #studio: Studio | null = null;
  readonly #abort = new AbortController();

  async start({ canvas, events, settings, baseUrl }: PipelineStart): Promise<Result<{ readonly backend: Backend }>> {
    const sender = new EventSender(events);
    const compositor = createCompositor(canvas, (problem) => {
      if (problem !== null) sender.problem(problem);
      else this.#studio?.redrawSoon();
    });
    if (!compositor.ok) return compositor;
    this.#studio = new Studio({ canvas, compositor: compositor.value, events: sender, baseUrl, settings });
    return this.#startEngines(settings);
  }

  async configure(settings: PipelineSettings): Promise<Result<{ readonly backend: Backend }>> {
    const studio = this.#ready;
    const before = studio.settings;
    studio.settings = settings;
    const same =
      before.poolSize === settings.poolSize &&
      before.threads === settings.threads &&
      before.backend === settings.backend &&
      before.mode === settings.mode;
    const { backend } = studio.engines;
    return same && backend !== null ? ok({ backend }) : this.#startEngines(settings);
  }

  setSource(info: SourceInfo, feed: FrameFeed): Promise<void> {
    return this.#ready.open(info, feed);
  }

  async clearSource(): Promise<FrameLedger> {
    await this.#ready.close();
    return this.#ready.ledger.totals;
  }

  addObject(prompt: UserPrompt): Result<ObjectId> {
    const { shelf } = this.#ready;
    const { shown } = shelf;
    if (shown === null) return noPictureYet();
    shelf.keepShown();
    return this.#add((id) => newTrack(id, 'prompted', prompt, shown.timestamp), objectName);
  }

  async addMask({ size, alpha }: Parameters<PipelineApi['addMask']>[0]): Promise<Result<ObjectId>> {
    const { shown } = this.#ready.shelf;
    if (shown === null) return noPictureYet();
    const frame = sizeOfFrame(shown);
    if (size.width !== frame.width || size.height !== frame.height || alpha.length !== frame.width * frame.height) {
      return fail(
        'mask-unusable',
        `A mask of ${alpha.length} bytes for ${size.width} x ${size.height} does not fit the picture of ${frame.width} x ${frame.height}.`,
        'Give one byte for each pixel of the picture on screen.',
      );
    }
    const given = gridOfAlpha(alpha, size, shown.timestamp);
    const shape = maskShape(given);
    if (shape === null)
      return fail('mask-unusable', 'The mask is empty.', 'Give a mask in which the object is 128 or more.');
    // As fine as the model's own masks, since it is carried from frame to frame as they are.
    const mask = resampleMask(given, { width: GIVEN_CELLS, height: GIVEN_CELLS, viewport: viewOn(shape.box, frame) });
    const added = this.#add((id) => newTrackFromMask(id, mask, null), objectName);
    await this.#ready.answered();
    return added;
  }

  async addPeople(): Promise<Result<ObjectId>> {
    const { engines, source } = this.#ready;
    if (source === null) return noPictureYet();
    const started = await engines.startPeople(this.#abort.signal, source.size);
    if (!started.ok) return started;
    const present = this.#ready.store.scene.objects.find(({ track }) => track.kind === 'people');
    if (present !== undefined) return ok(present.track.id);
    const nowUs = this.#ready.shelf.shown?.timestamp ?? 0;
    return this.#add(
      (id) => newTrack(id, 'people', null, nowUs),
      () => 'People',
    );
  }

  addPrompt(id: ObjectId, prompt: UserPrompt): void {
    const { shelf } = this.#ready;
    const { shown } = shelf;
    if (shown === null) return;
    shelf.keepShown();
    this.#change(id, 'tracking', (object) => ({
      ...object,
      track: addUserPrompt(object.track, prompt, shown.timestamp, this.#ready.carried(object.track)),
    }));
    this.#ready.kick();
  }

  chooseCandidate(id: ObjectId, index: number): void {
    this.#change(id, 'tracking', (object) => ({ ...object, track: chooseCandidate(object.track, index) }));
    this.#ready.kick();
  }

  removeObject(id: ObjectId): void {
    this.#change(id, 'tracking', () => null);
  }

  setVisible(id: ObjectId, visible: boolean): void {
    this.#change(id, 'identity', (object) => ({ ...object, visible }));
  }

  rename(id: ObjectId, name: string): void {
    this.#change(id, 'identity', (object) => ({ ...object, name }));
  }

  select(id: ObjectId | null): void {
    this.#ready.store.update((scene) => (scene.selected === id ? scene : { ...scene, selected: id }));
    this.#ready.redrawSoon();
  }

  undo(): void {
    this.#ready.store.update(undo);
    this.#ready.redrawSoon();
  }

  redo(): void {
    this.#ready.store.update(redo);
    this.#ready.redrawSoon();
  }

  preview(point: Point | null): void {
    this.#ready.hover.point = point;
    this.#ready.redrawSoon();
  }

  setEffects(effects: Effects): void {
    this.#ready.effects = effects;
  }

  setBackgroundPicture(bitmap: ImageBitmap): void {
    this.#ready.compositor.setPicture(bitmap);
    this.#ready.redrawSoon();
  }

  compare(on: boolean): void {
    this.#ready.compare = on;
  }

  startRecording(options: RecordingOptions): Promise<Result<null>> {
    return this.#ready.startRecording(options);
  }

  pauseRecording(): void {
    this.#ready.recording.pause();
  }

  resumeRecording(): void {
    this.#ready.recording.resume();
  }

  stopRecording(): Promise<Result<RecordedClip>> {
    return this.#ready.stopRecording();
  }

  recordingSupport(): Promise<RecordingSupport> {
    return recordingSupport();
  }

  storedRecordings(): Promise<readonly StoredRecording[]> {
    return listRecordings();
  }

  openRecording(fileName: string): Promise<File | null> {
    return openRecording(fileName);
  }

  markRecordingSaved(fileName: string): Promise<void> {
    return markRecordingSaved(fileName);
  }

  forgetRecording(fileName: string): Promise<void> {
    return forgetRecordings([fileName]);
  }

  observeMasks(observer: MaskObserverOptions | null): number {
    const studio = this.#ready;
    const before = studio.observer;
    studio.observer = null;
    const sent = before?.finish(studio.compositor) ?? 0;
    studio.observer = observer === null ? null : new MaskObserver(observer);
    return sent;
  }

  stats(): PipelineStats {
    return this.#ready.stats();
  }

  async dispose(): Promise<FrameLedger> {
    this.#abort.abort();
    const studio = this.#ready;
    await studio.dispose();
    this.#studio = null;
    return studio.ledger.totals;
  }

  get #ready(): Studio {
    if (this.#studio === null) throw new Error('start() comes first');
    return this.#studio;
  }

  async #startEngines(settings: PipelineSettings): Promise<Result<{ readonly backend: Backend }>> {
    const { engines, events } = this.#ready;
    try {
      const started = await engines.start(this.#abort.signal, settings);
      if (!started.ok) return started;
      events.post({ kind: 'ready', backend: started.value.backend });
      // What was tapped meanwhile is waiting, and a paused source sends no frame to wake it.
      this.#ready.kick();
      return started;
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
      return fail('model-failed', `The start was broken off: ${messageOf(error)}.`, 'Reload the page.');
    }
  }

  #add(make: (id: ObjectId) => Track, name: (id: ObjectId) => string): Result<ObjectId> {
    const { store } = this.#ready;
    if (store.scene.objects.length >= MAX_OBJECTS) {
      return fail(
        'too-many-objects',
        `${MAX_OBJECTS} objects are followed already.`,
        'Delete one that you no longer need.',
      );
    }
    const id = store.scene.nextId;
    store.update((scene) => addObject(scene, make(id), name(id)));
    this.#ready.kick();
    this.#ready.redrawSoon();
    return ok(id);
  }

  #change(id: ObjectId, touches: Edit['touches'], change: (object: SceneObject) => SceneObject | null): void {
    this.#ready.store.update((scene) => {
      const object = findObject(scene, id);
      return object === null ? scene : edit(scene, id, touches, change(object));
    });
    this.#ready.redrawSoon();
  }
}

const objectName = (id: ObjectId): string => `Object ${id}`;

const noPictureYet = (): Result<never> =>
  fail(
    'no-picture-yet',
    'There is no picture yet to tap on.',
    'Choose a camera, a video or the sample, and tap once you see it.',
  );
