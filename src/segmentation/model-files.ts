import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import { openModelCache } from './model-cache.js';
import type { ModelFile } from './model-manifest.js';

/** Bytes of all files of the model together; `what` names the file at hand. */
export type LoadProgress = { readonly loadedBytes: number; readonly totalBytes: number; readonly what: string };

export const RELOAD = 'Reload the page; if it happens again, the app was not installed completely on its server.';

const sha256Of = async (bytes: ArrayBuffer): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

const missing = (url: string, why: string): Result<never> =>
  fail('model-missing', `The model file ${url} could not be fetched (${why}).`, RELOAD);

const altered = (url: string, expected: string, got: string): Result<never> =>
  fail(
    'model-altered',
    `The model file ${url} is not the one this app was made with (expected ${expected}, got ${got}).`,
    RELOAD,
  );

/** Fetches as a value: an HTTP error or a broken network is a `model-missing`. @throws the signal's reason when aborted */
export async function request(signal: AbortSignal, url: string): Promise<Result<Response>> {
  try {
    const response = await fetch(url, { signal });
    return response.ok ? ok(response) : missing(url, `HTTP ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    return missing(url, messageOf(error));
  }
}

/** Reads a body as it arrives; null when it is longer or shorter than `bytes`. @throws when the connection breaks or the signal aborts */
async function readBody(
  response: Response,
  bytes: number,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer | null> {
  const whole = new Uint8Array(bytes);
  let filled = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return null;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return filled === bytes ? whole.buffer : null;
    if (filled + value.length > bytes) {
      await reader.cancel();
      return null;
    }
    whole.set(value, filled);
    filled += value.length;
    onBytes(value.length);
  }
}

async function download(
  signal: AbortSignal,
  url: string,
  file: ModelFile,
  onBytes: (count: number) => void,
): Promise<Result<ArrayBuffer>> {
  const response = await request(signal, url);
  if (!response.ok) return response;
  try {
    const bytes = await readBody(response.value, file.bytes, onBytes);
    if (bytes === null) return altered(url, `${file.bytes} bytes`, 'another length');
    const got = await sha256Of(bytes);
    return got === file.sha256 ? ok(bytes) : altered(url, `SHA-256 ${file.sha256}`, got);
  } catch (error) {
    signal.throwIfAborted();
    return missing(url, messageOf(error));
  }
}

/**
 * Loads files of one model, each checked against the size and SHA-256 in the manifest: from this machine when it is there and still what it was,
 * else over the network (and kept for the next time).
 */
export class ModelFiles {
  readonly #manifestUrl: string;
  readonly #totalBytes: number;
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #cache = openModelCache();
  #loadedBytes = 0;

  /**
   * @param manifestUrl absolute URL of manifest.json; file names are relative to it
   * @param files all that will be loaded, for the progress
   */
  constructor(manifestUrl: string, files: readonly ModelFile[], onProgress: (progress: LoadProgress) => void) {
    this.#manifestUrl = manifestUrl;
    this.#totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#onProgress = onProgress;
  }

  /**
   * Fails with `model-missing`, `model-altered`, or `insecure-page` (browsers hash only on secure pages).
   * @throws the signal's reason when aborted
   */
  async load(signal: AbortSignal, file: ModelFile): Promise<Result<ArrayBuffer>> {
    if (!('subtle' in crypto)) {
      return fail(
        'insecure-page',
        'The model cannot be checked on a page without HTTPS.',
        'Open the page over https:// or on localhost.',
      );
    }
    const url = new URL(file.name, this.#manifestUrl).href;
    const cache = await this.#cache;
    const before = this.#loadedBytes;
    const kept = await cache.read(url, file);
    signal.throwIfAborted();
    const result =
      kept !== null && (await sha256Of(kept)) === file.sha256
        ? ok(kept)
        : await download(signal, url, file, (count) => this.#report(this.#loadedBytes + count, file));
    if (!result.ok) return result;
    if (result.value !== kept) await cache.write(url, file, result.value);
    this.#report(before + file.bytes, file);
    return result;
  }

  #report(loadedBytes: number, file: ModelFile): void {
    this.#loadedBytes = loadedBytes;
    this.#onProgress({ loadedBytes, totalBytes: this.#totalBytes, what: file.name });
  }
}
