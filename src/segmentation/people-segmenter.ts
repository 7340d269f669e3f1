import type { ImageSegmenter } from '@mediapipe/tasks-vision';
import type { PixelView } from '../shared/frame.js';
import { logit, type Candidate, type MaskGrid } from '../shared/mask.js';
import type { ObjectPrompt, SegmentResult } from '../shared/segmentation.js';
import type { Segmenter } from './segmenter.js';

export type PeopleSetup = {
  /** A `.tflite` made by scripts/people-model.mjs. */
  readonly model: ArrayBuffer;
  /** Absolute URL of the folder with tasks-vision's WASM files, without a trailing slash. */
  readonly visionUrl: string;
};

/** Fewer cells than this share of the view are noise, not a person. */
const MIN_PERSON_SHARE = 0.002;

/** Confidence 0..1 → logits, which is what masks hold everywhere (clamped to ±6.9, see `logit`). */
function logitsOf(confidence: Float32Array): Float32Array {
  const logits = new Float32Array(confidence.length);
  for (let cell = 0; cell < confidence.length; cell++) logits[cell] = logit(confidence[cell]!);
  return logits;
}

/** How sure the model is of what it calls a person: the mean confidence inside its mask, or 0 when there is nobody. */
function scoreOf(confidence: Float32Array): number {
  let inside = 0;
  let sum = 0;
  for (let cell = 0; cell < confidence.length; cell++) {
    if (confidence[cell]! < 0.5) continue;
    inside++;
    sum += confidence[cell]!;
  }
  return inside < confidence.length * MIN_PERSON_SHARE ? 0 : sum / inside;
}

/**
 * The people engine: MediaPipe's selfie segmentation (Apache-2.0) on its CPU delegate. Its one mask of all people answers every prompt.
 * The mask has one cell for each pixel of the view, so a view of the model's own size (see people-view.ts) is the cheapest.
 */
export class PeopleSegmenter implements Segmenter {
  readonly kind = 'people';
  readonly #engine: ImageSegmenter;

  private constructor(engine: ImageSegmenter) {
    this.#engine = engine;
  }

  /** @throws when the WASM files or the model cannot be read */
  static async create(setup: PeopleSetup): Promise<PeopleSegmenter> {
    const { FilesetResolver, ImageSegmenter } = await import('@mediapipe/tasks-vision');
    const files = await FilesetResolver.forVisionTasks(setup.visionUrl, true);
    const engine = await ImageSegmenter.createFromOptions(files, {
      baseOptions: { modelAssetBuffer: new Uint8Array(setup.model), delegate: 'CPU' },
      runningMode: 'IMAGE',
      outputConfidenceMasks: true,
      outputCategoryMask: false,
    });
    return new PeopleSegmenter(engine);
  }

  segment(view: PixelView, prompts: readonly ObjectPrompt[]): Promise<SegmentResult> {
    const started = performance.now();
    const candidate = this.#people(view);
    return Promise.resolve({
      objects: prompts.map(() => [candidate]),
      appearance: null,
      embedding: null,
      timings: { preprocessMs: 0, encodeMs: performance.now() - started, decodeMs: 0 },
    });
  }

  /** Keeps no embeddings. */
  decode(): Promise<null> {
    return Promise.resolve(null);
  }

  dispose(): Promise<void> {
    this.#engine.close();
    return Promise.resolve();
  }

  #people(view: PixelView): Candidate {
    const { viewport, timestampUs } = view;
    const found: Candidate[] = [];
    // With a callback MediaPipe lends its own memory instead of copying it; the masks are its own and end with the callback.
    this.#engine.segment(new ImageData(view.rgba, view.width, view.height), ({ confidenceMasks }) => {
      const lent = confidenceMasks?.[0];
      if (lent === undefined) return;
      const confidence = lent.getAsFloat32Array();
      const mask: MaskGrid = {
        data: logitsOf(confidence),
        width: lent.width,
        height: lent.height,
        viewport,
        timestampUs,
      };
      found.push({ mask, score: scoreOf(confidence) });
    });
    const [candidate] = found;
    if (candidate === undefined) throw new Error('the people model gave no mask');
    return candidate;
  }
}
