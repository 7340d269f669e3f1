import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadFiles, loadManifest, type LoadProgress } from '../../src/segmentation/model-loader.js';
import type { ModelFile } from '../../src/segmentation/model-manifest.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const fileOf = (name: string, bytes: Uint8Array): ModelFile => ({
  name,
  bytes: bytes.length,
  sha256: sha256(bytes),
  licence: 'test',
  source: 'test',
});

const encoder = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7);
const decoder = Uint8Array.from({ length: 50_000 }, (_, index) => index * 3);
const files = { encoder: fileOf('encoder.onnx', encoder), decoder: fileOf('../other/decoder.onnx', decoder) };

describe('loading a model over the network', () => {
  const served = new Map<string, Uint8Array>();
  let server: Server;
  let manifestUrl: string;
  let hang = false;
  const signal = new AbortController().signal;
  const nothing = (): void => undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const body = served.get(request.url ?? '');
      if (body === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.write(body.subarray(0, body.length >> 1));
      if (!hang) response.end(body.subarray(body.length >> 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    manifestUrl = `http://127.0.0.1:${address.port}/app/models/manifest.json`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    hang = false;
    served.clear();
    served.set('/app/models/encoder.onnx', encoder);
    served.set('/app/other/decoder.onnx', decoder);
  });

  it('gives the bytes of every file and counts them on the way', async () => {
    const seen: LoadProgress[] = [];
    const loaded = await loadFiles(signal, manifestUrl, files, (progress) => seen.push(progress));
    if (!loaded.ok) throw new Error(loaded.problem.what);
    expect(sha256(new Uint8Array(loaded.value.encoder))).toBe(files.encoder.sha256);
    expect(sha256(new Uint8Array(loaded.value.decoder))).toBe(files.decoder.sha256);
    const counts = seen.map((progress) => progress.loadedBytes);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ loadedBytes: 350_000, totalBytes: 350_000, what: '../other/decoder.onnx' });
  });

  it('says which file is missing, and what the server answered', async () => {
    served.delete('/app/other/decoder.onnx');
    const loaded = await loadFiles(signal, manifestUrl, files, nothing);
    expect(loaded).toMatchObject({ ok: false, problem: { code: 'model-missing' } });
    if (!loaded.ok) expect(loaded.problem.what).toMatch(/app\/other\/decoder\.onnx.*HTTP 404/);
  });

  it('says so when there is no server', async () => {
    const loaded = await loadFiles(signal, 'http://127.0.0.1:1/models/manifest.json', files, nothing);
    expect(loaded).toMatchObject({ ok: false, problem: { code: 'model-missing' } });
  });

  it('refuses a file of which one bit is different, and shows both hashes', async () => {
    const other = encoder.slice();
    other[1234] = (other[1234] ?? 0) ^ 1;
    served.set('/app/models/encoder.onnx', other);
    const loaded = await loadFiles(signal, manifestUrl, files, nothing);
    expect(loaded).toMatchObject({ ok: false, problem: { code: 'model-altered' } });
    if (loaded.ok) return;
    expect(loaded.problem.what).toContain(files.encoder.sha256);
    expect(loaded.problem.what).toContain(sha256(other));
  });

  it.each([
    ['shorter', 299_999],
    ['longer', 300_001],
  ])('refuses a file that is %s than it should be', async (_name, length) => {
    served.set('/app/models/encoder.onnx', new Uint8Array(length));
    expect(await loadFiles(signal, manifestUrl, files, nothing)).toMatchObject({
      ok: false,
      problem: { code: 'model-altered' },
    });
  });

  it('stops when it is told to, in the middle of a file', async () => {
    hang = true;
    const stop = new AbortController();
    const reason = new Error('enough');
    await expect(loadFiles(stop.signal, manifestUrl, files, () => stop.abort(reason))).rejects.toBe(reason);
  });

  it('reads the list of models, and says what is wrong with a damaged one', async () => {
    served.set('/app/models/manifest.json', new TextEncoder().encode('{"format": 1, "models": []}'));
    expect(await loadManifest(signal, manifestUrl)).toEqual({ ok: true, value: { promptable: [], people: [] } });
    served.set('/app/models/manifest.json', new TextEncoder().encode('<!doctype html>'));
    expect(await loadManifest(signal, manifestUrl)).toMatchObject({ ok: false, problem: { code: 'model-altered' } });
    served.delete('/app/models/manifest.json');
    expect(await loadManifest(signal, manifestUrl)).toMatchObject({ ok: false, problem: { code: 'model-missing' } });
  });
});
