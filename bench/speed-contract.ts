import type { Backend } from '../src/shared/pipeline-api.js';

/** One engine at one input size; medians of all rounds, ms. */
export type SpeedRow = {
  readonly backend: Backend;
  readonly threads: number;
  /** Side of the square input, pixels. */
  readonly size: number;
  readonly encodeMs: number;
  /** By how many objects were decoded at once. */
  readonly decodeMs: Readonly<Record<ObjectCount, number>>;
};

export type ObjectCount = 1 | 4 | 8;

export type SpeedRun = {
  /** Address of the folder with encoder.onnx and decoder.onnx. */
  readonly model: string;
  /** Address of the folder with the peers' models; null: without them. */
  readonly peers: string | null;
  readonly rounds: number;
};

export type SpeedResult = {
  readonly rows: readonly SpeedRow[];
  /** One WASM thread; median ms of the encoder, and of the decoder for one object. Null without peers. */
  readonly mobileSam: { readonly encodeMs: number; readonly decodeMs: number } | null;
  /** CPU delegate, one picture of 256x256. Null without peers. */
  readonly mediaPipeMs: number | null;
  readonly cores: number;
};

declare global {
  interface Window {
    measureSpeed(run: SpeedRun): Promise<SpeedResult>;
    /** Rounds done, 0..rounds. */
    speedProgress: number;
  }
}
