import type { Backend } from '../shared/pipeline-api.js';

/** What this browser offers to run a model on. */
export type BackendFacts = {
  /** A real GPU adapter. Software adapters do not count: the WASM backend is faster than a GPU emulated on the same cores. */
  readonly gpu: boolean;
  /** Cross-origin isolated, with SharedArrayBuffer: what WASM threads need. */
  readonly sharedMemory: boolean;
  readonly cores: number;
};

/** Fastest first. Each is to be tried in a fresh worker and kept only if it passes the self-check. Never empty. */
export function backendOrder(facts: BackendFacts, wanted: Backend | 'auto' = 'auto'): readonly Backend[] {
  const available: Backend[] = ['wasm'];
  if (facts.sharedMemory && facts.cores > 1) available.unshift('wasm-threads');
  if (facts.gpu) available.unshift('webgpu');
  if (wanted === 'auto') return available;
  return [wanted, ...available.filter((backend) => backend !== wanted)];
}

async function hasGpu(): Promise<boolean> {
  if (!('gpu' in navigator)) return false;
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter !== null && !adapter.info.isFallbackAdapter;
  } catch {
    return false; // a browser that cannot even say what GPU it has is one without
  }
}

/** Asks the browser; works in workers. */
export async function readBackendFacts(): Promise<BackendFacts> {
  return {
    gpu: await hasGpu(),
    sharedMemory: crossOriginIsolated && typeof SharedArrayBuffer !== 'undefined',
    cores: navigator.hardwareConcurrency,
  };
}
