import { beforeEach, describe, expect, it } from 'vitest';
import { loadFiles, loadManifest, type LoadProgress } from '../../src/segmentation/model-loader.js';
import type { ModelFile } from '../../src/segmentation/model-manifest.js';

const signal = new AbortController().signal;
const MANIFEST_URL = new URL('/models/manifest.json', location.href).href;
const CACHE_NAME = 'liveroto-models';

async function decoderFile(): Promise<{ readonly decoder: ModelFile }> {
  const manifest = await loadManifest(signal, MANIFEST_URL);
  const model = manifest.ok ? manifest.value.promptable[0] : undefined;
  if (model === undefined) throw new Error('no promptable model');
  return { decoder: model.files.decoder };
}

const keptUrls = async (): Promise<string[]> => (await (await caches.open(CACHE_NAME)).keys()).map(({ url }) => url);

/** How often the decoder was fetched over the network so far. */
const fetches = (): number =>
  performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/decoder.onnx')).length;

describe('model files on this machine', () => {
  beforeEach(() => caches.delete(CACHE_NAME));

  it('are fetched once, kept by their hash, and counted in full the second time as well', async () => {
    const files = await decoderFile();
    const seen: LoadProgress[] = [];
    const before = fetches();
    expect(await loadFiles(signal, MANIFEST_URL, files, () => undefined)).toMatchObject({ ok: true });
    expect(fetches()).toBe(before + 1);
    expect(await keptUrls()).toEqual([
      new URL(`/models/decoder.onnx?sha256=${files.decoder.sha256}`, location.href).href,
    ]);
    expect(await loadFiles(signal, MANIFEST_URL, files, (progress) => seen.push(progress))).toMatchObject({ ok: true });
    expect(fetches()).toBe(before + 1);
    expect(seen.at(-1)?.loadedBytes).toBe(files.decoder.bytes);
  });

  it('are fetched again when what was kept is damaged, and the old version goes when a new one comes', async () => {
    const files = await decoderFile();
    const url = new URL('/models/decoder.onnx', location.href).href;
    const cache = await caches.open(CACHE_NAME);
    await cache.put(`${url}?sha256=${files.decoder.sha256}`, new Response(new Uint8Array(files.decoder.bytes)));
    await cache.put(`${url}?sha256=0123`, new Response('an older version'));
    const before = fetches();
    expect(await loadFiles(signal, MANIFEST_URL, files, () => undefined)).toMatchObject({ ok: true });
    expect(fetches()).toBe(before + 1);
    expect(await keptUrls()).toEqual([`${url}?sha256=${files.decoder.sha256}`]);
  });
});
