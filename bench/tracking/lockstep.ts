/** Follows objects through a clip in lockstep with the real model on onnxruntime-web's WASM build. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Box } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { OnnxSegmenter } from '../../src/segmentation/onnx-segmenter.js';
import type { Segmenter } from '../../src/segmentation/segmenter.js';
import { carryMask, regionsOf } from '../../src/tracking/carry.js';
import {
  emptyMotion,
  flowTo,
  LEAST_BUDGET,
  observeLuma,
  type FlowField,
  type MotionHistory,
} from '../../src/tracking/motion.js';
import {
  answersTo,
  applyKeyframe,
  applySearch,
  markAsked,
  planAnew,
  planKeyframe,
  planSearch,
  promptsOf,
  type KeyframeRequest,
  type PlanContext,
  type Track,
} from '../../src/tracking/tracker.js';
import { viewOn } from '../../src/tracking/viewport.js';
import { lumaOf, readView, timeOf, type Clip } from './frames.js';

export async function loadModel(folder = 'models'): Promise<Segmenter> {
  const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));
  const read = (name: string): ArrayBuffer => {
    const bytes = readFileSync(`${folder}/${name}`);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  };
  return OnnxSegmenter.create({
    encoder: read('encoder.onnx'),
    decoder: read('decoder.onnx'),
    backend: 'wasm',
    threads: 1,
    ortUrl: `${pathToFileURL(dist).href}/`,
  });
}

/** What the model sees on one frame in a view on an object, `input` pixels wide. @param box the object's, frame pixels */
export async function appearanceOn(
  model: Segmenter,
  clip: Clip,
  index: number,
  box: Box,
  input: number,
): Promise<FeatureMap | null> {
  const size = { width: input, height: input };
  const view = readView(clip.rgba(index), clip.size, viewOn(box, clip.size), size, timeOf(clip, index));
  return (await model.segment(view, [])).appearance;
}

export type Stepped = {
  readonly index: number;
  readonly tracks: readonly Track[];
  readonly carry: (mask: MaskGrid) => MaskGrid | null;
};

/** One clip being followed. */
export class Lockstep {
  private readonly clip: Clip;
  private readonly model: Segmenter;
  private readonly input: number;
  private history: MotionHistory = emptyMotion;
  private rgba: Uint8ClampedArray<ArrayBuffer> = new Uint8ClampedArray(0);
  private flows = new Map<MaskGrid, FlowField | null>();
  private nowUs = 0;
  tracks: readonly Track[];
  encodes = 0;

  constructor(clip: Clip, model: Segmenter, input: number, tracks: readonly Track[]) {
    this.clip = clip;
    this.model = model;
    this.input = input;
    this.tracks = tracks;
  }

  readonly carry: PlanContext['carry'] = (mask, detail) => {
    if (mask.timestampUs === this.nowUs) return mask;
    const { x, y, width, height } = mask.viewport;
    const regions = regionsOf(mask, detail);
    if (regions.length === 0) regions.push({ x0: x, y0: y, x1: x + width, y1: y + height });
    const flow =
      this.flows.get(mask) ??
      flowTo(this.history, mask.timestampUs, regions, detail === 'rough' ? { budget: LEAST_BUDGET } : {});
    this.flows.set(mask, flow);
    return flow === null ? null : carryMask(mask, flow);
  };

  /** Shows frame `index` and, if it is to be a keyframe, answers everything that is due on it. */
  async step(index: number, keyframe = true): Promise<void> {
    this.rgba = this.clip.rgba(index);
    this.nowUs = timeOf(this.clip, index);
    this.flows = new Map();
    this.history = observeLuma(this.history, lumaOf(this.rgba, this.clip.size, this.nowUs));
    while (keyframe) {
      const request = planKeyframe(this.tracks, {
        frame: this.clip.size,
        nowUs: this.nowUs,
        maxInputSize: this.input,
        carry: this.carry,
        promptableReady: true,
        peopleReady: false,
      });
      if (request === null) return;
      this.tracks = markAsked(this.tracks, request);
      await this.answer(request);
    }
  }

  private async answer(request: KeyframeRequest): Promise<void> {
    const view = readView(this.rgba, this.clip.size, request.viewport, request.input, request.timestampUs);
    this.encodes++;
    const search = request.purpose === 'search';
    const first = await this.model.segment(view, search ? [] : promptsOf(request));
    const { appearance, embedding } = first;
    if (!search || appearance === null || embedding === null) {
      for (const { id, candidates, fresh } of answersTo(request, first.objects)) {
        const asked = this.tracks.find((track) => track.id === id);
        const prompt = asked === undefined ? null : planAnew(asked, request, candidates, appearance, this.tracks);
        const found = prompt === null || embedding === null ? null : await this.model.decode(embedding, [prompt]);
        const anew = found?.objects[0] ?? [];
        this.tracks = this.tracks.map((track) =>
          track.id === id ? applyKeyframe(track, request, candidates, appearance, this.tracks, fresh, anew) : track,
        );
      }
      return;
    }
    const next: Track[] = [];
    for (const track of this.tracks) {
      const asked = request.asks.some(({ id }) => id === track.id);
      const prompt = asked ? planSearch(track, appearance, this.tracks) : null;
      const found = prompt === null ? null : await this.model.decode(embedding, [prompt]);
      next.push(asked ? applySearch(track, request, found?.objects[0] ?? [], appearance, this.tracks) : track);
    }
    this.tracks = next;
  }
}
