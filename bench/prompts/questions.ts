import type { Size, Viewport } from '../../src/shared/geometry.js';
import type { Candidate, MaskGrid } from '../../src/shared/mask.js';
import type { UserPrompt } from '../../src/shared/prompt.js';
import type { ObjectPrompt, SegmentResult } from '../../src/shared/segmentation.js';
import { mergeReadings } from '../../src/tracking/readings.js';
import { NO_PROMPT } from '../../src/tracking/track.js';
import {
  addUserPrompt,
  applyKeyframe,
  markAsked,
  newTrack,
  planKeyframe,
  type Track,
} from '../../src/tracking/tracker.js';
import { wholeView } from '../../src/tracking/viewport.js';
import { rasterise } from '../measures/grid.js';
import { jaccard } from '../measures/region.js';
import type { Bits } from '../measures/truth.js';
import { deepestOf, largestPart } from './deepest.js';
import type { Instance, Photo } from './photo.js';

/** The model's answer to prompts on a view of the photo. */
export type Look = (viewport: Viewport, input: Size, prompts: readonly ObjectPrompt[]) => Promise<SegmentResult>;

/** IoU with the truth, 0..1. */
export type Figures = {
  /** From its box in the whole view. */
  readonly boxIoU: number;
  /** From its box as the app answers it, in a view of twice the box. */
  readonly boxZoomIoU: number;
  /** From one tap at its deepest point in the whole view: the mask with the best score, and the best of the three. */
  readonly tapIoU: number;
  readonly tapBestIoU: number;
  /** The same tap as the app answers it. */
  readonly tapAppIoU: number;
  /** Clicks until 85 % and 90 % overlap, each a correction of the app's answer so far; {@link MOST_CLICKS} when they do not suffice. */
  readonly noc85: number;
  readonly noc90: number;
};

/** What was answered, for looking at. */
export type Masks = { readonly box: Bits; readonly boxZoom: Bits; readonly tap: Bits; readonly tapApp: Bits };

export type Answer = { readonly figures: Figures; readonly masks: Masks };

const MOST_CLICKS = 20;

const tapAt = ({ x, y }: { x: number; y: number }, inside: boolean): UserPrompt => ({
  kind: 'point',
  point: { x, y, inside },
});

/** Asks everything about every instance of a photo. `inputSize`: longer side of the model's input, pixels. */
export class Questions {
  readonly #photo: Photo;
  readonly #inputSize: number;
  readonly #look: Look;

  constructor(photo: Photo, inputSize: number, look: Look) {
    this.#photo = photo;
    this.#inputSize = inputSize;
    this.#look = look;
  }

  async answers(): Promise<Answer[]> {
    const { instances, size } = this.#photo;
    const { viewport, input } = wholeView(size, this.#inputSize);
    const boxes = instances.map(({ box }): ObjectPrompt => ({ ...NO_PROMPT, box }));
    const taps = instances.map(({ tap }): ObjectPrompt => ({ ...NO_PROMPT, points: [{ ...tap, inside: true }] }));
    const { objects } = await this.#look(viewport, input, [...boxes, ...taps]);
    return Promise.all(
      instances.map((instance, i) => this.#answer(instance, objects[i]!, objects[instances.length + i]!)),
    );
  }

  async #answer(instance: Instance, box: readonly Candidate[], tap: readonly Candidate[]): Promise<Answer> {
    const { size } = this.#photo;
    const iou = (mask: Bits): number => jaccard(mask, instance.truth, this.#photo.ignored);
    const byScore = [...tap].sort((a, b) => b.score - a.score).map(({ mask }) => rasterise(mask, size));
    const boxed = rasterise(mergeReadings([box], size, instance.box)[0]?.mask ?? null, size);
    const zoomed = await this.#settle(newTrack(1, 'prompted', { kind: 'box', box: instance.box }, 0));
    const tapped = await this.#settle(newTrack(1, 'prompted', tapAt(instance.tap, true), 0));
    const masks: Masks = {
      box: boxed,
      boxZoom: rasterise(zoomed.mask, size),
      tap: byScore[0]!,
      tapApp: rasterise(tapped.mask, size),
    };
    const [noc85, noc90] = await this.#clicks(tapped, instance);
    return {
      masks,
      figures: {
        boxIoU: iou(masks.box),
        boxZoomIoU: iou(masks.boxZoom),
        tapIoU: iou(masks.tap),
        tapBestIoU: Math.max(...byScore.map(iou)),
        tapAppIoU: iou(masks.tapApp),
        noc85,
        noc90,
      },
    };
  }

  /** Looks until what was said is answered, as the pipeline does. */
  async #settle(asked: Track): Promise<Track> {
    const still = (mask: MaskGrid): MaskGrid => mask;
    let track = asked;
    while (track.tap !== null) {
      const request = planKeyframe([track], {
        frame: this.#photo.size,
        nowUs: 0,
        maxInputSize: this.#inputSize,
        carry: still,
        promptableReady: true,
        peopleReady: false,
      });
      if (request === null) break;
      track = markAsked([track], request)[0]!;
      const { viewport, input, asks } = request;
      const { objects, appearance } = await this.#look(
        viewport,
        input,
        asks.map(({ prompt }) => prompt),
      );
      track = applyKeyframe(track, request, objects[0] ?? [], appearance);
    }
    return track;
  }

  /** Corrects at the deepest point of the largest error until the mask is good enough: clicks for 85 % and for 90 %. */
  async #clicks(tapped: Track, { truth }: Instance): Promise<[number, number]> {
    const { size, ignored } = this.#photo;
    let track = tapped;
    let noc85 = MOST_CLICKS;
    for (let clicks = 1; clicks <= MOST_CLICKS; clicks++) {
      const mask = rasterise(track.mask, size);
      const iou = jaccard(mask, truth, ignored);
      if (iou >= 0.85) noc85 = Math.min(noc85, clicks);
      if (iou >= 0.9) return [noc85, clicks];
      const wrong = largestPart(
        truth.map((bit, i) => (ignored?.[i] === 1 ? 0 : bit ^ mask[i]!)),
        size,
      );
      if (clicks === MOST_CLICKS || !wrong.includes(1)) break;
      const { x, y } = deepestOf(wrong, size);
      const inside = truth[Math.floor(y) * size.width + Math.floor(x)] === 1;
      track = await this.#settle(addUserPrompt(track, tapAt({ x, y }, inside), 0, track.mask));
    }
    return [noc85, MOST_CLICKS];
  }
}
