import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { PixelView } from '../shared/frame.js';
import type { Backend } from '../shared/pipeline-api.js';
import { INPUT_STEP, type ObjectPrompt, type SegmentResult } from '../shared/segmentation.js';
import { candidatesOf } from './candidates.js';
import { cellColours } from './cell-colours.js';
import { EmbeddingStore, FEATURE_NAMES, type Embedding } from './embedding-store.js';
import { writeImagePlanes } from './image-tensor.js';
import { loadOrt, sessionOptions, type OrtModule } from './onnx-runtime.js';
import { promptTensors, PROMPT_STRIDE, type TensorData } from './prompt-tensors.js';
import type { Segmenter } from './segmenter.js';
import { Turns } from './turns.js';

/** How many encoded views can still be asked about. */
const KEPT_EMBEDDINGS = 4;

export type OnnxSetup = {
  readonly encoder: ArrayBuffer;
  readonly decoder: ArrayBuffer;
  readonly backend: Backend;
  readonly threads: number;
  /** Absolute URL of the folder with onnxruntime-web's files, with a trailing slash. */
  readonly ortUrl: string;
};

function outputOf(outputs: InferenceSession.OnnxValueMapType, name: string): Tensor {
  const value = outputs[name];
  if (value === undefined) throw new Error(`the model has no output "${name}"`);
  return value;
}

/** Copies a tensor's values to this thread; the tensor stays where it is. */
async function readTensor(tensor: Tensor): Promise<TensorData> {
  const data = await tensor.getData();
  if (!(data instanceof Float32Array)) throw new Error(`expected float32 from the model, got ${tensor.type}`);
  return { data, dims: tensor.dims };
}

/**
 * The promptable engine: two ONNX graphs (contract in models/MODEL_CARD.md) on onnxruntime-web, either in WASM or on WebGPU. Calls take turns.
 */
export class OnnxSegmenter implements Segmenter {
  readonly kind = 'promptable';
  readonly #ort: OrtModule;
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #turns = new Turns();
  readonly #embeddings = new EmbeddingStore(KEPT_EMBEDDINGS);
  #planes = new Float32Array(0);
  #nextId = 1;

  private constructor(ort: OrtModule, encoder: InferenceSession, decoder: InferenceSession) {
    this.#ort = ort;
    this.#encoder = encoder;
    this.#decoder = decoder;
  }

  /** @throws when the backend cannot start or a graph cannot be read */
  static async create(setup: OnnxSetup): Promise<OnnxSegmenter> {
    const ort = await loadOrt(setup.backend, setup.threads, setup.ortUrl);
    const open = (graph: ArrayBuffer, keepOnGpu: readonly string[]): Promise<InferenceSession> =>
      ort.InferenceSession.create(new Uint8Array(graph), sessionOptions(setup.backend, keepOnGpu));
    const encoder = await open(setup.encoder, FEATURE_NAMES);
    return new OnnxSegmenter(ort, encoder, await open(setup.decoder, []));
  }

  segment(view: PixelView, prompts: readonly ObjectPrompt[]): Promise<SegmentResult> {
    return this.#turns.take(async () => {
      const started = performance.now();
      const image = this.#imageTensor(view);
      const prepared = performance.now();
      const embedding = await this.#encode(image, view);
      const encoded = performance.now();
      const result = await this.#decode(embedding, prompts);
      return {
        ...result,
        timings: { ...result.timings, preprocessMs: prepared - started, encodeMs: encoded - prepared },
      };
    });
  }

  decode(embedding: number, prompts: readonly ObjectPrompt[]): Promise<SegmentResult | null> {
    return this.#turns.take(async () => {
      const kept = this.#embeddings.get(embedding);
      return kept === null ? null : this.#decode(kept, prompts);
    });
  }

  async dispose(): Promise<void> {
    await this.#turns.take(async () => {
      this.#embeddings.clear();
      await this.#encoder.release();
      await this.#decoder.release();
    });
  }

  #imageTensor(view: PixelView): Tensor {
    const { width, height } = view;
    if (width % INPUT_STEP !== 0 || height % INPUT_STEP !== 0) {
      throw new RangeError(`a view of ${width}x${height} pixels: both sides must be multiples of ${INPUT_STEP}`);
    }
    if (this.#planes.length !== width * height * 3) this.#planes = new Float32Array(width * height * 3);
    writeImagePlanes(view.rgba, this.#planes);
    return new this.#ort.Tensor('float32', this.#planes, [1, 3, height, width]);
  }

  async #encode(image: Tensor, view: PixelView): Promise<Embedding> {
    const outputs = await this.#encoder.run({ image });
    const features = {
      p4: outputOf(outputs, 'p4'),
      p8: outputOf(outputs, 'p8'),
      p16: outputOf(outputs, 'p16'),
      appearance: outputOf(outputs, 'appearance'),
    };
    const appearance = await readTensor(features.appearance);
    const embedding: Embedding = {
      id: this.#nextId++,
      features,
      appearance: appearance.data,
      channels: appearance.dims[1] ?? 0,
      colours: cellColours(this.#planes, view.width, view.height, PROMPT_STRIDE),
      input: { width: view.width, height: view.height },
      viewport: view.viewport,
      timestampUs: view.timestampUs,
    };
    this.#embeddings.add(embedding);
    return embedding;
  }

  async #decode(embedding: Embedding, prompts: readonly ObjectPrompt[]): Promise<SegmentResult> {
    const { viewport, timestampUs, input, channels } = embedding;
    const started = performance.now();
    const objects = prompts.length === 0 ? [] : await this.#masks(embedding, prompts);
    return {
      objects,
      appearance: {
        // Copies: the caller may transfer its own away, while later decodes still need these.
        data: embedding.appearance.slice(),
        colours: embedding.colours.slice(),
        channels,
        width: input.width / PROMPT_STRIDE,
        height: input.height / PROMPT_STRIDE,
        viewport,
        timestampUs,
      },
      embedding: embedding.id,
      timings: { preprocessMs: 0, encodeMs: 0, decodeMs: performance.now() - started },
    };
  }

  async #masks(embedding: Embedding, prompts: readonly ObjectPrompt[]): Promise<SegmentResult['objects']> {
    const { viewport, timestampUs, input, channels } = embedding;
    const feeds: Record<string, Tensor> = { ...embedding.features };
    const inputs = Object.entries(promptTensors(prompts, viewport, input, channels));
    for (const [name, { data, dims }] of inputs) feeds[name] = new this.#ort.Tensor('float32', data, dims);
    const outputs = await this.#decoder.run(feeds);
    const masks = outputOf(outputs, 'masks');
    const scores = outputOf(outputs, 'scores');
    try {
      return candidatesOf(await readTensor(masks), await readTensor(scores), viewport, timestampUs);
    } finally {
      for (const tensor of Object.values(outputs)) tensor.dispose();
      for (const [name] of inputs) feeds[name]?.dispose();
    }
  }
}
