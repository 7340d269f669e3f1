// @ts-check
/**
 * `npm run bench:speed -- [options]`: how long the model takes to encode a view and to decode objects on it, on every backend of this browser; with
 * --peers also MobileSAM's graph and MediaPipe's people model, in turns with ours.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../scripts/setup/run.mjs';
import { giveUp } from '../scripts/setup/say.mjs';
import { withBenchPage, writeJson } from './bench-page.mjs';
import { Progress } from './progress.mjs';

const USAGE = `Use: npm run bench:speed -- [options]
  --peers <folder>    with mobilesam-graph-encoder.onnx, mobilesam-graph-decoder.onnx and selfie_segmenter.tflite
  --model <folder>    with encoder.onnx and decoder.onnx (models)
  --json <file>       write every figure`;

const ROUNDS = 9;
/** Where live mode starts, and where the cost of one more object is judged; pixels. */
const LIVE_SIZE = 192;
const SHARE_SIZE = 256;
const MODEL_FILES = ['encoder.onnx', 'decoder.onnx'];
const PEER_FILES = ['mobilesam-graph-encoder.onnx', 'mobilesam-graph-decoder.onnx', 'selfie_segmenter.tflite'];

const options = readOptions();
const folders = { model: options.model, ...(options.peers === null ? {} : { peers: options.peers }) };

await withBenchPage('speed', folders, async (page, about) => {
  const progress = new Progress(ROUNDS + 1);
  const run = { model: '/model', peers: options.peers === null ? null : '/peers', rounds: ROUNDS };
  const measuring = page.evaluate((one) => window.measureSpeed(one), run);
  const report = async () => progress.show(await page.evaluate(() => window.speedProgress), 'rounds');
  // A page that cannot answer tells why through `measuring`.
  const timer = setInterval(() => void report().catch(() => undefined), 1000);
  try {
    const measured = await measuring;
    progress.clear();
    const result = { ...keyFigures(measured), ...measured };
    print(result);
    if (options.json !== null) writeJson(options.json, { ...result, rounds: ROUNDS, ...about });
  } finally {
    clearInterval(timer);
  }
});

/**
 * `encodeMs` and `decodeMs` (one object) at the live default size on one WASM thread; `mobileSamMs` encodes and decodes one object; `ratio` is that
 * over ours; `decodePerObjectRatio` is one more object over an encode at 256 px.
 * @param {import('./speed-contract.ts').SpeedResult} measured
 */
function keyFigures({ rows, mobileSam }) {
  const one = rowOf(rows, LIVE_SIZE);
  const large = rowOf(rows, SHARE_SIZE);
  const mobileSamMs = mobileSam === null ? null : mobileSam.encodeMs + mobileSam.decodeMs;
  return {
    ratio: mobileSamMs === null ? null : mobileSamMs / (one.encodeMs + one.decodeMs[1]),
    decodePerObjectRatio: (large.decodeMs[8] - large.decodeMs[1]) / 7 / large.encodeMs,
    encodeMs: one.encodeMs,
    decodeMs: one.decodeMs[1],
    mobileSamMs,
  };
}

/** @param {readonly import('./speed-contract.ts').SpeedRow[]} rows @param {number} size on one WASM thread */
function rowOf(rows, size) {
  const row = rows.find((one) => one.backend === 'wasm' && one.size === size);
  if (row === undefined) throw new Error(`nothing was measured at ${size} px`);
  return row;
}

/** @param {ReturnType<typeof keyFigures> & import('./speed-contract.ts').SpeedResult} result */
function print({ ratio, decodePerObjectRatio, mobileSam, mediaPipeMs, rows }) {
  console.log(`
  MobileSAM ÷ ours, encode and one decode at ${LIVE_SIZE} px, one WASM thread   ${ratio === null ? 'not measured (--peers)' : ratio.toFixed(1)}
  one more object ÷ encode at ${SHARE_SIZE} px                                 ${decodePerObjectRatio.toFixed(3)}

  backend       threads   px   encode   decode 1 / 4 / 8 objects, ms`);
  for (const { backend, threads, size, encodeMs, decodeMs } of rows) {
    const decodes = [decodeMs[1], decodeMs[4], decodeMs[8]].map((ms) => ms.toFixed(1)).join(' / ');
    console.log(
      `  ${backend.padEnd(13)} ${String(threads).padStart(7)} ${String(size).padStart(4)} ${encodeMs.toFixed(1).padStart(8)}   ${decodes}`,
    );
  }
  if (mobileSam !== null && mediaPipeMs !== null)
    console.log(`
  MobileSAM's graph, 1024 px, one WASM thread: encode ${mobileSam.encodeMs.toFixed(0)} ms, decode ${mobileSam.decodeMs.toFixed(0)} ms
  MediaPipe's people model, 256 px: ${mediaPipeMs.toFixed(1)} ms`);
  console.log();
}

/** The command line, checked. Every path absolute. */
function readOptions() {
  const { values } = parse();
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  return {
    model: folderWith(values.model, MODEL_FILES),
    peers: values.peers === undefined ? null : folderWith(values.peers, PEER_FILES),
    json: values.json === undefined ? null : resolve(values.json),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        peers: { type: 'string' },
        model: { type: 'string', default: join(ROOT, 'models') },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    return giveUp(error instanceof Error ? error.message : String(error), USAGE);
  }
}

/** @param {string} folder @param {readonly string[]} files */
function folderWith(folder, files) {
  const path = resolve(folder);
  const missing = files.find((file) => !existsSync(join(path, file)));
  if (missing !== undefined) giveUp(`${path} has no ${missing}.`, USAGE);
  return path;
}
