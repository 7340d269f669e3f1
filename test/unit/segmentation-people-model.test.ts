import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withMetadata } from '../../scripts/people-model.mjs';
import { repoPath } from '../fixtures/segmentation-models.js';
import { bufferStarts, meaningOf, metadataOf } from '../fixtures/tflite-reader.js';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@mediapipe/selfie_segmentation/package.json'));
const MODELS = [
  ['selfie_segmentation.tflite', 'selfie_square.tflite'],
  ['selfie_segmentation_landscape.tflite', 'selfie_landscape.tflite'],
] as const;
const REFERENCE = repoPath('../shared/models/peers/selfie_segmenter.tflite');

/** What tasks-vision has to know: one RGB image, each value divided by 255; one mask. */
const EXPECTED = {
  inputs: [{ contentKind: 2, colourSpace: 1, processing: [{ kind: 1, mean: [0], std: [255] }] }],
  outputs: 1,
};

describe.each(MODELS)('the people model from %s', (source, made) => {
  it('has the metadata that the original lacks, and computes the same', async () => {
    const before = await readFile(join(PACKAGE, source));
    const after = await readFile(repoPath(`.cache/people/${made}`));
    expect(metadataOf(before)).toBeNull();
    expect(metadataOf(after)).toEqual(EXPECTED);
    expect(meaningOf(after)).toEqual(meaningOf(before));
    expect(meaningOf(after).subgraphs[0]?.operators.length).toBeGreaterThan(50);
  });

  it('keeps the weights aligned as the runtime needs them', async () => {
    const starts = bufferStarts(withMetadata(await readFile(join(PACKAGE, source))));
    expect(starts.length).toBeGreaterThan(50);
    expect(starts.filter((start) => start % 16 !== 0)).toEqual([]);
  });

  it('is not given metadata twice, and nothing else is taken for a model', async () => {
    const once = withMetadata(await readFile(join(PACKAGE, source)));
    expect(() => withMetadata(once)).toThrow('has metadata already');
    expect(() => withMetadata(new Uint8Array(64))).toThrow('not a TFLite file');
  });
});

describe('the script', () => {
  it('leaves the files alone when they are there', async () => {
    const file = repoPath('.cache/people/selfie_square.tflite');
    const before = await stat(file);
    const { stdout } = await promisify(execFile)(process.execPath, [repoPath('scripts/people-model.mjs')]);
    expect(stdout).toBe('');
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('the reference file', () => {
  const absent = !existsSync(REFERENCE);
  it.skipIf(absent)(`means the same${absent ? ' (skipped: ../shared/models/peers is not there)' : ''}`, async () => {
    const reference = await readFile(REFERENCE);
    const made = await readFile(repoPath('.cache/people/selfie_square.tflite'));
    expect(meaningOf(made)).toEqual(meaningOf(reference));
    expect(metadataOf(reference)).toEqual(metadataOf(made));
  });
});
