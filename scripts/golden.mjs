// @ts-check
/**
 * To be run after the model in models/ changes: `node scripts/golden.mjs`. Makes models/golden.json (what the embedded model answers to the golden
 * scene of src/segmentation/golden-scene.ts on one WASM thread) and brings sizes and hashes in models/manifest.json up to date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { createServer } from 'vite';

const root = resolve(import.meta.dirname, '..');

// Runs the app's own TypeScript, so that the answer is made by the very code that is checked against it.
const vite = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false },
  appType: 'custom',
});

/** @type {typeof import('../src/segmentation/onnx-segmenter.ts')} */
const { OnnxSegmenter } = await vite.ssrLoadModule('/src/segmentation/onnx-segmenter.ts');
/** @type {typeof import('../src/segmentation/golden-scene.ts')} */
const { goldenPrompts, goldenView } = await vite.ssrLoadModule('/src/segmentation/golden-scene.ts');
/** @type {typeof import('../src/segmentation/golden-answer.ts')} */
const { answerOf, formatAnswer } = await vite.ssrLoadModule('/src/segmentation/golden-answer.ts');

/** @param {string} name @returns {Promise<ArrayBuffer>} */
const model = async (name) => new Uint8Array(await readFile(resolve(root, 'models', name))).buffer;
/** @param {ArrayBuffer} bytes */
const sha256 = async (bytes) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

const [encoder, decoder] = await Promise.all([model('encoder.onnx'), model('decoder.onnx')]);
const ortUrl = pathToFileURL(resolve(root, 'node_modules/onnxruntime-web/dist') + '/').href;
const segmenter = await OnnxSegmenter.create({ encoder, decoder, backend: 'wasm', threads: 1, ortUrl });
const answer = answerOf(await segmenter.segment(goldenView(), goldenPrompts()));
await segmenter.dispose();
await vite.close();

const files = { encoder, decoder };
const madeWith = { encoder: await sha256(encoder), decoder: await sha256(decoder) };

/** @param {string} name @param {string} json */
async function save(name, json) {
  const path = resolve(root, 'models', name);
  await writeFile(path, await format(json, { ...(await resolveConfig(path)), filepath: path }));
}

const manifest = JSON.parse(await readFile(resolve(root, 'models/manifest.json'), 'utf8'));
const embedded = manifest.models[0].files;
for (const role of /** @type {const} */ (['encoder', 'decoder'])) {
  embedded[role].bytes = files[role].byteLength;
  embedded[role].sha256 = madeWith[role];
}
await save('manifest.json', JSON.stringify(manifest));
await save('golden.json', formatAnswer(answer, madeWith));
console.log(
  `models/golden.json: ${answer.masks.length} masks, scores ${answer.scores.map((score) => score.toFixed(3)).join(' ')}`,
);
