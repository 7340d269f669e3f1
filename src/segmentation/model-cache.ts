import type { ModelFile } from './model-manifest.js';

const CACHE_NAME = 'liveroto-models';

/** Verified model files on this machine, by address and content: `<url>?sha256=<hash>`. */
export type ModelCache = {
  read(url: string, file: ModelFile): Promise<ArrayBuffer | null>;
  /** Also drops other contents of the same address. */
  write(url: string, file: ModelFile, bytes: ArrayBuffer): Promise<void>;
};

const keyOf = (url: string, file: ModelFile): string => `${url}?sha256=${file.sha256}`;

/** Without the Cache API (insecure pages, some private windows) or room in it, models are simply fetched again next time. */
const NO_CACHE: ModelCache = { read: () => Promise.resolve(null), write: () => Promise.resolve() };

async function dropOthers(cache: Cache, url: string, kept: string): Promise<void> {
  for (const request of await cache.keys()) {
    if (request.url.startsWith(`${url}?`) && request.url !== kept) await cache.delete(request);
  }
}

export async function openModelCache(): Promise<ModelCache> {
  if (!('caches' in globalThis)) return NO_CACHE;
  try {
    const cache = await caches.open(CACHE_NAME);
    return {
      async read(url, file) {
        const kept = await cache.match(keyOf(url, file));
        return kept === undefined ? null : kept.arrayBuffer();
      },
      async write(url, file, bytes) {
        try {
          await cache.put(keyOf(url, file), new Response(bytes));
          await dropOthers(cache, url, keyOf(url, file));
        } catch {
          // Quota: the model is in memory and works; only the next start has to fetch it again.
        }
      },
    };
  } catch {
    return NO_CACHE; // storage is blocked for this site
  }
}
