import { messageOf, type Problem } from '../shared/errors.js';
import type { PixelView } from '../shared/frame.js';
import type { Size } from '../shared/geometry.js';
import type { Candidate } from '../shared/mask.js';
import type { ObjectId } from '../shared/pipeline-api.js';
import type { ObjectPrompt, SegmentResult } from '../shared/segmentation.js';
import { peopleView } from '../segmentation/people-view.js';
import {
  answersTo,
  applyKeyframe,
  applySearch,
  heldFrames,
  markAsked,
  planAnew,
  planKeyframe,
  planSearch,
  promptsOf,
  type KeyframeRequest,
  type Track,
} from '../tracking/tracker.js';
import type { Engines } from './engines.js';
import { sizeOfFrame, type PixelReader } from './frame-pixels.js';
import type { FrameShelf } from './frame-shelf.js';
import type { InferencePool } from './inference-pool.js';
import { WorkerDied } from './inference-worker-handle.js';
import type { LiveBudget } from './live-budget.js';
import type { Carry } from './mask-carrier.js';
import { findObject, tracksOf, updateTrack } from './scene.js';
import type { SceneStore } from './scene-store.js';
import type { StageClock } from './stage-clock.js';

export type KeyframeRunnerParts = {
  readonly store: SceneStore;
  readonly shelf: FrameShelf;
  readonly pixels: PixelReader;
  readonly engines: Engines;
  readonly budget: LiveBudget;
  readonly clock: StageClock;
  /** A keyframe has changed these objects; `tap` when it answered a person. */
  readonly onAnswer: (ids: readonly ObjectId[], purpose: KeyframeRequest['purpose']) => void;
  /** The worker of a request is idle again, whatever became of it. */
  readonly onIdle: () => void;
  readonly onProblem: (problem: Problem) => void;
};

/** Decodes on the embedding of a look that was taken already; null where it is gone. */
type Decode = (prompts: readonly ObjectPrompt[]) => Promise<SegmentResult | null>;

/** What such a decode gave for each object. */
type Given = ReadonlyMap<ObjectId, readonly Candidate[]>;

const NO_TIMINGS = { preprocessMs: 0, encodeMs: 0, decodeMs: 0 } as const;

/**
 * The keyframe scheduler's hands: asks the planner what is worth looking at whenever a worker is idle (nothing ever queues), sends the pixels out, and
 * hands the answers to the tracker. Answers come back later and belong to the frame they were asked about.
 */
export class KeyframeRunner {
  readonly #parts: KeyframeRunnerParts;
  readonly #inFlight = new Set<Promise<void>>();
  /** Requests per engine on their way; the pool may count a worker as idle until its job has reached it. */
  readonly #running = { promptable: 0, people: 0 };

  constructor(parts: KeyframeRunnerParts) {
    this.#parts = parts;
  }

  /** Idle promptable workers: what a hover preview may use. */
  get idle(): number {
    return (this.#parts.engines.promptable?.size ?? 0) - this.#running.promptable;
  }

  /** Starts every keyframe that is due on this frame and for which a worker is idle. Borrows the frame. */
  startDue(frame: VideoFrame, carry: Carry): void {
    for (;;) {
      const request = this.#plan(frame, carry);
      if (request === null) return;
      this.#start(request, frame);
    }
  }

  /** Lockstep: starts keyframes until none is due on this frame, and waits for their answers. Borrows the frame. */
  async finishDue(frame: VideoFrame, carry: Carry): Promise<void> {
    for (;;) {
      this.startDue(frame, carry);
      if (this.#inFlight.size === 0) return;
      await this.answered();
    }
  }

  /** Resolves when every keyframe that was started has been answered. */
  async answered(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #plan(frame: VideoFrame, carry: Carry): KeyframeRequest | null {
    const { store, engines, budget } = this.#parts;
    const people = engines.people;
    return planKeyframe(tracksOf(store.scene), {
      frame: sizeOfFrame(frame),
      nowUs: frame.timestamp,
      maxInputSize: budget.inputSize,
      carry,
      promptableReady: this.idle > 0,
      peopleReady: people !== null && this.#running.people < people.size,
    });
  }

  #start(request: KeyframeRequest, newest: VideoFrame): void {
    const { store, engines } = this.#parts;
    const pool = engines[request.engine];
    if (pool === null)
      throw new Error(`A keyframe was planned for the ${request.engine} engine, which is not running.`);
    const view = this.#read(request, newest);
    store.update((scene) => {
      const asked = new Map(markAsked(tracksOf(scene), request).map((track) => [track.id, track]));
      return {
        ...scene,
        objects: scene.objects.map((object) => ({ ...object, track: asked.get(object.track.id) ?? object.track })),
      };
    });
    this.#running[request.engine]++;
    const work = this.#answer(request, view, pool)
      .catch((error: unknown) => this.#failed(request, error))
      .finally(() => {
        this.#running[request.engine]--;
        this.#inFlight.delete(work);
        this.#parts.onIdle();
      });
    this.#inFlight.add(work);
  }

  #read(request: KeyframeRequest, newest: VideoFrame): PixelView {
    const { shelf, pixels, clock } = this.#parts;
    const frame = shelf.at(request.timestampUs) ?? newest;
    const size: Size = request.engine === 'people' ? peopleView(request.frame).size : request.input;
    return {
      ...clock.time('pixels', () => pixels.read(frame, request.viewport, size)),
      timestampUs: request.timestampUs,
    };
  }

  async #answer(request: KeyframeRequest, view: PixelView, pool: InferencePool): Promise<void> {
    const { store, shelf, clock, budget } = this.#parts;
    const started = performance.now();
    const prompts = request.purpose === 'search' ? [] : promptsOf(request);
    const { value, worker } = await pool.run((api) => api.segment(view, prompts));
    clock.add('encode', value.timings.encodeMs);
    clock.add('decode', value.timings.decodeMs);
    const decode: Decode = (found) => pool.runOn(worker, (api) => api.decode(value.embedding ?? -1, found));
    if (request.purpose === 'search') await this.#search(request, value, decode);
    else this.#apply(request, value, await this.#askDoubtful(request, value, decode));
    const tookMs = performance.now() - started;
    clock.add('keyframe', tookMs);
    clock.count('keyframe');
    if (request.engine === 'promptable')
      budget.observeKeyframe(tookMs, Math.max(request.input.width, request.input.height));
    const ids = request.asks.map(({ id }) => id);
    this.#parts.onAnswer(ids, request.purpose);
    shelf.keepOnly(new Set(heldFrames(tracksOf(store.scene))));
  }

  /** What the model gives for the objects whose answers are doubtful, decoded on the embedding that the answers left. */
  async #askDoubtful(request: KeyframeRequest, { objects, appearance }: SegmentResult, decode: Decode): Promise<Given> {
    const answers = new Map(answersTo(request, objects).map(({ id, candidates }) => [id, candidates]));
    return this.#askAgain(
      request,
      (track) => planAnew(track, request, answers.get(track.id) ?? [], appearance, tracksOf(this.#parts.store.scene)),
      decode,
    );
  }

  /** One decode of what `promptOf` asks about the objects of a request; nothing is given where it asks nothing. */
  async #askAgain(
    { asks }: KeyframeRequest,
    promptOf: (track: Track) => ObjectPrompt | null,
    decode: Decode,
  ): Promise<Given> {
    const again = asks.flatMap(({ id }) => {
      const track = findObject(this.#parts.store.scene, id)?.track;
      return track === undefined ? [] : [{ id, prompt: promptOf(track) }];
    });
    const prompts = again.flatMap(({ prompt }) => prompt ?? []);
    const result = prompts.length === 0 ? null : await decode(prompts);
    let next = 0;
    return new Map(again.map(({ id, prompt }) => [id, prompt === null ? [] : (result?.objects[next++] ?? [])]));
  }

  #apply(request: KeyframeRequest, result: SegmentResult, anew: Given = new Map()): void {
    this.#parts.store.update((scene) =>
      answersTo(request, result.objects).reduce(
        (next, { id, candidates, fresh }) =>
          updateTrack(next, id, (track) =>
            applyKeyframe(track, request, candidates, result.appearance, tracksOf(next), fresh, anew.get(id)),
          ),
        scene,
      ),
    );
  }

  /** The second half of a search: decode where each lost object may be, on the embedding that the first half left. */
  async #search(request: KeyframeRequest, { appearance }: SegmentResult, decode: Decode): Promise<void> {
    if (appearance === null) return;
    const { store } = this.#parts;
    const given = await this.#askAgain(
      request,
      (track) => planSearch(track, appearance, tracksOf(store.scene)),
      decode,
    );
    for (const [id, candidates] of given) {
      const apply = (track: Track): Track => applySearch(track, request, candidates, appearance, tracksOf(store.scene));
      store.update((scene) => updateTrack(scene, id, apply));
    }
  }

  /** An unanswered ask counts as answered with nothing, so that no tap waits for ever. */
  #failed(request: KeyframeRequest, error: unknown): void {
    this.#apply(request, { objects: [], appearance: null, embedding: null, timings: NO_TIMINGS });
    if (error instanceof WorkerDied) return; // the pool was stopped on purpose
    this.#parts.onProblem({
      code: 'model-failed',
      what: `The model stopped working: ${messageOf(error)}.`,
      mend: 'The picture goes on without new masks; reload the page, or choose another backend under Health.',
    });
  }
}
