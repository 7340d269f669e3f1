/** MobileSAM's graph (https://arxiv.org/abs/2306.14289) on one WASM thread: a 1024x1024 picture, one tap. Only its time means anything. */
import * as Comlink from 'comlink';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { loadOrt, sessionOptions, type OrtModule } from '../../src/segmentation/onnx-runtime.js';

const SIDE = 1024;

type Loaded = { readonly ort: OrtModule; readonly encoder: InferenceSession; readonly decoder: InferenceSession };
let loaded: Loaded | null = null;

const api = {
  async start(encoder: ArrayBuffer, decoder: ArrayBuffer, ortUrl: string): Promise<void> {
    const ort = await loadOrt('wasm', 1, ortUrl);
    const open = (graph: ArrayBuffer): Promise<InferenceSession> =>
      ort.InferenceSession.create(new Uint8Array(graph), sessionOptions('wasm', []));
    loaded = { ort, encoder: await open(encoder), decoder: await open(decoder) };
  },

  async measure(): Promise<{ encodeMs: number; decodeMs: number }> {
    if (loaded === null) throw new Error('start has to come first');
    const { ort, encoder, decoder } = loaded;
    const filled = (dims: readonly number[], value: (index: number) => number): Tensor =>
      new ort.Tensor(
        'float32',
        Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
        dims,
      );
    const image = filled([1, 3, SIDE, SIDE], (i) => (i * 7919) % 256);
    const tap = {
      point_coords: filled([1, 2, 2], (i) => 100 + i),
      point_labels: filled([1, 2], (i) => (i === 0 ? 1 : -1)),
      mask_input: filled([1, 1, SIDE / 4, SIDE / 4], () => 0),
      has_mask_input: filled([1], () => 0),
      orig_im_size: filled([2], () => SIDE),
    };
    const started = performance.now();
    const { emb } = await encoder.run({ image });
    if (emb === undefined) throw new Error('the encoder has no output "emb"');
    const encoded = performance.now();
    await decoder.run({ image_embeddings: emb, ...tap });
    return { encodeMs: encoded - started, decodeMs: performance.now() - encoded };
  },
};

export type MobileSamApi = typeof api;

Comlink.expose(api);
