import * as Comlink from 'comlink';
import type { Backend } from '../src/shared/pipeline-api.js';
import type { EngineApi } from './engine.worker.js';

const BASE_URL = new URL('../', document.baseURI).href;
export const ORT_URL = `${BASE_URL}ort/`;

/** @throws with the address in the message */
export async function fetchBytes(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.arrayBuffer();
}

/** A promptable engine in a worker of its own. @param model address of the folder with encoder.onnx and decoder.onnx, without a trailing slash */
export async function startEngine(
  model: string,
  backend: Backend,
  threads: number,
): Promise<Comlink.Remote<EngineApi>> {
  const [encoder, decoder] = await Promise.all([
    fetchBytes(`${model}/encoder.onnx`),
    fetchBytes(`${model}/decoder.onnx`),
  ]);
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  const engine = Comlink.wrap<EngineApi>(worker);
  await engine.start({ encoder, decoder, backend, threads, ortUrl: ORT_URL });
  return engine;
}
