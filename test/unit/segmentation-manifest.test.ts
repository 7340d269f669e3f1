import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MODEL_CONTRACT, parseManifest, type ModelFile } from '../../src/segmentation/model-manifest.js';
import { nodeSegmenter, repoBytes, repoPath } from '../fixtures/segmentation-models.js';
import { discView } from '../fixtures/segmentation-scene.js';

const manifestText = (): Promise<string> => readFile(repoPath('models/manifest.json'), 'utf8');

/** People models are made into .cache/people and served as people/. */
const onDisk = (file: ModelFile): string =>
  file.name.startsWith('../people/') ? file.name.replace('../people/', '.cache/people/') : `models/${file.name}`;

describe('models/manifest.json', () => {
  it('describes every file as it is', async () => {
    const { promptable, people } = parseManifest(await manifestText());
    const files = [...promptable, ...people].flatMap((model) => Object.values<ModelFile>(model.files));
    expect(files.map((file) => file.name)).toEqual([
      'encoder.onnx',
      'decoder.onnx',
      '../people/selfie_square.tflite',
      '../people/selfie_landscape.tflite',
    ]);
    for (const file of files) {
      const bytes = new Uint8Array(await repoBytes(onDisk(file)));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect({ bytes: bytes.length, sha256 }, file.name).toEqual({ bytes: file.bytes, sha256: file.sha256 });
      expect(file.licence).toBe('Apache-2.0');
    }
  });

  it('says of the embedded model what the model itself shows', async () => {
    const [model] = parseManifest(await manifestText()).promptable;
    if (model === undefined) throw new Error('no promptable model');
    const { step, min, max } = model.input;
    for (const size of [min, max, model.input.default]) expect(size % step).toBe(0);
    const segmenter = await nodeSegmenter();
    const { appearance } = await segmenter.segment(discView(), []);
    await segmenter.dispose();
    expect(appearance?.channels).toBe(model.appearanceChannels);
  });

  it('leaves out models of engines and contracts that are not known yet', async () => {
    const text = (await manifestText())
      .replace(`"contract": ${MODEL_CONTRACT}`, '"contract": 99')
      .replace('"people"', '"depth"');
    const { promptable, people } = parseManifest(text);
    expect(promptable).toHaveLength(0);
    expect(people).toHaveLength(1);
  });

  it('is refused when it is of another format or damaged, with the place of the damage', async () => {
    const text = await manifestText();
    expect(() => parseManifest(text.replace('"format": 1', '"format": 2'))).toThrow('format 2');
    expect(() => parseManifest(text.slice(0, 200))).toThrow(SyntaxError);
    expect(() => parseManifest(text.replace(/"bytes": \d+/, '"bytes": "many"'))).toThrow(
      'encoder.bytes is not a number',
    );
  });
});
