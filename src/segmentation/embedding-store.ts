import type { Tensor } from 'onnxruntime-web';
import type { Size, Viewport } from '../shared/geometry.js';

/** The encoder's outputs, by their names in the model. */
export const FEATURE_NAMES = ['p4', 'p8', 'p16', 'appearance'] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One encoded view: the features (in WASM or GPU memory) and what they are features of. */
export type Embedding = {
  readonly id: number;
  readonly features: Readonly<Record<FeatureName, Tensor>>;
  /** A copy of the appearance features that this thread can read: `[1, channels, height / 8, width / 8]`. */
  readonly appearance: Float32Array;
  readonly channels: number;
  /** `[2, height / 8, width / 8]`, see `cellColours`. */
  readonly colours: Float32Array;
  /** Size of the model's input, pixels. */
  readonly input: Size;
  readonly viewport: Viewport;
  readonly timestampUs: number;
};

/** Keeps the newest few embeddings and frees the memory of those that go. */
export class EmbeddingStore {
  readonly #capacity: number;
  readonly #kept = new Map<number, Embedding>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(embedding: Embedding): void {
    this.#kept.set(embedding.id, embedding);
    for (const oldest of this.#kept.values()) {
      if (this.#kept.size <= this.#capacity) break;
      this.#drop(oldest);
    }
  }

  get(id: number): Embedding | null {
    return this.#kept.get(id) ?? null;
  }

  clear(): void {
    for (const embedding of [...this.#kept.values()]) this.#drop(embedding);
  }

  #drop(embedding: Embedding): void {
    this.#kept.delete(embedding.id);
    for (const tensor of Object.values(embedding.features)) tensor.dispose();
  }
}
