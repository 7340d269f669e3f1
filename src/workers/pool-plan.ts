import type { Backend, PipelineSettings } from '../shared/pipeline-api.js';

/** What runs where. In live mode latency counts, so few workers with several threads; in lockstep throughput, so one thread each. */
export function planPool(
  settings: PipelineSettings,
  backend: Backend,
  cores: number,
): { size: number; threads: number } {
  // One core is left for drawing and one for the page, as far as there are so many.
  const spare = Math.max(1, cores - 2);
  const threads =
    backend !== 'wasm-threads' || settings.mode === 'lockstep'
      ? 1
      : settings.threads === 'auto'
        ? Math.min(4, spare)
        : settings.threads;
  const automatic = settings.mode === 'lockstep' ? Math.min(8, cores) : backend === 'webgpu' ? 1 : cores >= 8 ? 2 : 1;
  return { size: settings.poolSize === 'auto' ? automatic : settings.poolSize, threads };
}
