import type * as Ort from 'onnxruntime-web/wasm';
import type { Backend } from '../shared/pipeline-api.js';

/** Both entries of onnxruntime-web have one API; only what they can run on differs. */
export type OrtModule = typeof Ort;

/**
 * Loads the onnxruntime-web entry of a backend. Its settings are global to the thread: one backend per worker, for the worker's life.
 * @param threads WASM threads, used by `wasm-threads` only
 * @param ortUrl absolute URL of the folder with the runtime's `.mjs` and `.wasm` files, with a trailing slash
 */
export async function loadOrt(backend: Backend, threads: number, ortUrl: string): Promise<OrtModule> {
  const ort: OrtModule =
    backend === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = ortUrl;
  ort.env.wasm.numThreads = backend === 'wasm-threads' ? Math.max(1, threads) : 1;
  // The runtime's own proxy would start a worker from a blob: URL, which the page's policy forbids; this code is in a worker already.
  ort.env.wasm.proxy = false;
  return ort;
}

/** @param keepOnGpu outputs that stay in GPU memory because only the decoder reads them */
export function sessionOptions(backend: Backend, keepOnGpu: readonly string[]): Ort.InferenceSession.SessionOptions {
  // Severity 3: errors only. That some shape arithmetic stays on the CPU under WebGPU is as it should be, and no warning to show anybody.
  const quiet = { logSeverityLevel: 3 } as const;
  if (backend !== 'webgpu') return { ...quiet, executionProviders: ['wasm'] };
  return {
    ...quiet,
    executionProviders: ['webgpu'],
    preferredOutputLocation: Object.fromEntries(keepOnGpu.map((name) => [name, 'gpu-buffer' as const])),
  };
}
