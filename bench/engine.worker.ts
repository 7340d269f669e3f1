/** The production engine alone in a worker, with any model and any backend; its self-check, which knows the embedded model only, is left out. */
import * as Comlink from 'comlink';
import type { PixelView } from '../src/shared/frame.js';
import type { ObjectPrompt, SegmentResult } from '../src/shared/segmentation.js';
import { OnnxSegmenter, type OnnxSetup } from '../src/segmentation/onnx-segmenter.js';
import { buffersOf } from '../src/segmentation/transfer.js';

let engine: OnnxSegmenter | null = null;
function started(): OnnxSegmenter {
  if (engine === null) throw new Error('start has to come first');
  return engine;
}

const moved = (result: SegmentResult): SegmentResult => Comlink.transfer(result, buffersOf(result));

const api = {
  async start(setup: OnnxSetup): Promise<void> {
    engine = await OnnxSegmenter.create(setup);
  },
  segment: async (view: PixelView, prompts: readonly ObjectPrompt[]): Promise<SegmentResult> =>
    moved(await started().segment(view, prompts)),
  async decode(embedding: number, prompts: readonly ObjectPrompt[]): Promise<SegmentResult | null> {
    const result = await started().decode(embedding, prompts);
    return result === null ? null : moved(result);
  },
};

export type EngineApi = typeof api;

Comlink.expose(api);
