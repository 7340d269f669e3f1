import * as Comlink from 'comlink';
import { ok } from '../shared/errors.js';
import type { SegmentResult } from '../shared/segmentation.js';
import { createSegmenter } from '../segmentation/registry.js';
import type { Segmenter } from '../segmentation/segmenter.js';
import { buffersOf } from '../segmentation/transfer.js';
import type { InferenceApi } from './inference-api.js';

let segmenter: Segmenter | null = null;
function engine(): Segmenter {
  if (segmenter === null) throw new Error('setup has to come first');
  return segmenter;
}

const moved = (result: SegmentResult): SegmentResult => Comlink.transfer(result, buffersOf(result));

Comlink.expose({
  async setup(setup) {
    const created = await createSegmenter(setup);
    if (created.ok) segmenter = created.value;
    return created.ok ? ok(null) : created;
  },
  segment: async (view, prompts) => moved(await engine().segment(view, prompts)),
  decode: async (embedding, prompts) => {
    const result = await engine().decode(embedding, prompts);
    return result === null ? null : moved(result);
  },
} satisfies InferenceApi);
