import type { ObjectPrompt, SegmentResult } from '../shared/segmentation.js';
import type { Result } from '../shared/errors.js';
import type { PixelView } from '../shared/frame.js';
import type { Backend } from '../shared/pipeline-api.js';

/** What one inference worker runs. */
export type InferenceSetup =
  | {
      readonly engine: 'promptable';
      readonly encoder: ArrayBuffer;
      readonly decoder: ArrayBuffer;
      readonly backend: Backend;
      readonly threads: number;
      /** Absolute URL of the folder with onnxruntime-web's WASM files, with a trailing slash. */
      readonly ortUrl: string;
    }
  | {
      readonly engine: 'people';
      /** The `.tflite` with metadata. */
      readonly model: ArrayBuffer;
      /** Absolute URL of the folder with tasks-vision's WASM files, without a trailing slash. */
      readonly visionUrl: string;
    };

/** The contract between the pipeline worker and an inference worker (Comlink). Failures that can be expected are values. */
export interface InferenceApi {
  /** Builds the engine and, for the promptable one, checks it against the golden answer. */
  setup(setup: InferenceSetup): Promise<Result<null>>;
  segment(view: PixelView, prompts: readonly ObjectPrompt[]): Promise<SegmentResult>;
  decode(embedding: number, prompts: readonly ObjectPrompt[]): Promise<SegmentResult | null>;
}
