import * as Comlink from 'comlink';
import type { InferenceApi } from '../../src/workers/inference-api.js';

const workers: Worker[] = [];

/** A real inference worker that can also say what it fetched. Stopped by {@link stopInferenceWorkers}. */
export function startInferenceWorker(): Comlink.Remote<InferenceApi> {
  // In one expression: that is how Vite knows that this file is a worker.
  const worker = new Worker(new URL('../fixtures/segmentation-probe.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return Comlink.wrap<InferenceApi>(worker);
}

export function stopInferenceWorkers(): void {
  for (const worker of workers.splice(0)) worker.terminate();
}

/** Addresses of everything that the running worker has fetched. */
export function fetchedByWorker(): Promise<string[]> {
  const channel = new BroadcastChannel('inference-probe');
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<string[]>) => {
      channel.close();
      resolve(data);
    };
    channel.postMessage('resources');
  });
}

/** Those that are not of the page's own origin. */
export const foreign = (urls: readonly string[]): string[] =>
  urls.filter((url) => new URL(url).origin !== location.origin);
