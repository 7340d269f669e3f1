// @ts-check
/**
 * `npm run bench:prompts -- --root <folder> [options]`: asks about every object of the photos in a folder of `<id>.jpg` with label maps `<id>.png`
 * (0 background, 1.. instances, 255 not judged), in the browser build, with the app's own views, prompts and choices.
 * docs/model-notes.md says what the figures mean.
 */
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../scripts/setup/run.mjs';
import { giveUp, say } from '../scripts/setup/say.mjs';
import { withBenchPage, writeJson } from './bench-page.mjs';
import { Progress } from './progress.mjs';

const USAGE = `Use: npm run bench:prompts -- --root <folder> [options]
  --root <folder>     of <id>.jpg and <id>.png
  --size <pixels>     longer side of the model's input, a multiple of 32 (256)
  --model <folder>    with encoder.onnx and decoder.onnx (models)
  --limit <n>         the first n photos only
  --json <file>       write every figure
  --sheets <folder>   write a contact sheet of each photo, and index.html`;

const options = readOptions();
const photos = readPhotos(options.root, options.limit);

const { runnerImport } = await import('vite');
/** @type {{ module: typeof import('./prompts/summary.ts') }} */
const { module } = await runnerImport(join(ROOT, 'bench/prompts/summary.ts'), { root: ROOT, configFile: false });
const { KEYS, summarise } = module;

await withBenchPage('prompts', { photo: options.root, model: options.model }, async (page, about) => {
  const progress = new Progress(photos.length);
  await page.evaluate(() => window.startPrompts('/model'));
  const perInstance = [];
  const rows = [];
  for (const [done, id] of photos.entries()) {
    progress.show(done, id);
    const address = `/photo/${encodeURIComponent(id)}`;
    const run = {
      image: `${address}.jpg`,
      labels: `${address}.png`,
      size: options.size,
      sheet: options.sheets !== null,
    };
    const { instances, sheet } = await page.evaluate((one) => window.askPhoto(one), run);
    perInstance.push(...instances.map((figures) => ({ photo: id, ...figures })));
    rows.push({ id, means: summarise(instances), hasSheet: sheet !== null });
    if (options.sheets !== null && sheet !== null) {
      mkdirSync(options.sheets, { recursive: true });
      writeFileSync(join(options.sheets, `${id}.png`), Buffer.from(sheet.split(',')[1] ?? '', 'base64'));
    }
    if (!process.stderr.isTTY && (done + 1) % 10 === 0)
      console.log(`  ${done + 1} of ${photos.length} photos, ${progress.left(done + 1)}`);
  }
  progress.clear();
  if (perInstance.length === 0)
    giveUp(`No photo in ${options.root} has an instance of at least 0.3 % of the picture.`, USAGE);
  const summary = summarise(perInstance);
  print(summary);
  const { root: _root, json, sheets, model: _model, ...used } = options;
  if (json !== null) writeJson(json, { ...summary, options: used, ...about, perInstance });
  if (sheets !== null) {
    writeFileSync(join(sheets, 'index.html'), overview(rows));
    say(`Look at ${join(sheets, 'index.html')}`);
  }
});

/** @param {import('./prompts/summary.ts').Summary} summary */
function print(summary) {
  const { bySize } = summary;
  const columns = /** @type {const} */ ([
    ['all', summary],
    ['small', bySize.small],
    ['medium', bySize.medium],
    ['large', bySize.large],
  ]);
  console.log(`\n  ${''.padEnd(12)}${columns.map(([name]) => name.padStart(9)).join('')}`);
  for (const key of KEYS) {
    const digits = key.startsWith('noc') ? 2 : 4;
    console.log(`  ${key.padEnd(12)}${columns.map(([, means]) => means[key].toFixed(digits).padStart(9)).join('')}`);
  }
  console.log(
    `  ${'instances'.padEnd(12)}${columns.map(([, means]) => String(means.instances).padStart(9)).join('')}\n`,
  );
}

/** @param {readonly { id: string, means: import('./prompts/summary.ts').Means, hasSheet: boolean }[]} rows */
function overview(rows) {
  const worst = rows.filter(({ hasSheet }) => hasSheet).sort((a, b) => a.means.tapAppIoU - b.means.tapAppIoU);
  const line = (/** @type {(typeof rows)[number]} */ { id, means }) =>
    `<h2>${id}: ${KEYS.map((key) => `${key} ${means[key].toFixed(2)}`).join(', ')}</h2><img src="${id}.png" loading="lazy" alt="">`;
  return `<!doctype html><meta charset="utf-8"><title>Prompts</title>
<style>body{font:14px sans-serif;margin:1rem}h2{font-size:14px}img{max-width:100%}</style>
<p>Worst taps first. A row for each object: from its box, from its box zoomed, from one tap in the whole view, from one tap in the app. Green: the mask; white: the truth's edge.</p>
${worst.map(line).join('\n')}\n`;
}

/** The command line, checked. Every path absolute. */
function readOptions() {
  const { values } = parse();
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.root === undefined) giveUp('Which photos? --root is missing.', USAGE);
  const model = resolve(values.model);
  for (const file of ['encoder.onnx', 'decoder.onnx']) {
    if (!existsSync(join(model, file))) giveUp(`${model} has no ${file}.`, USAGE);
  }
  return {
    root: resolve(values.root),
    size: multiple('size', values.size, 32),
    model,
    limit: multiple('limit', values.limit, 1),
    json: values.json === undefined ? null : resolve(values.json),
    sheets: values.sheets === undefined ? null : resolve(values.sheets),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        root: { type: 'string' },
        size: { type: 'string', default: '256' },
        model: { type: 'string', default: join(ROOT, 'models') },
        limit: { type: 'string', default: '1000000' },
        json: { type: 'string' },
        sheets: { type: 'string' },
      },
    });
  } catch (error) {
    return giveUp(error instanceof Error ? error.message : String(error), USAGE);
  }
}

/** @param {string} name @param {string} text @param {number} step what it must be a multiple of */
function multiple(name, text, step) {
  const value = Number(text);
  if (!(value > 0) || value % step !== 0)
    giveUp(`--${name} ${text} is not possible.`, `It is a number above 0, a multiple of ${step}.`);
  return value;
}

/** @param {string} root @param {number} most @returns {string[]} ids */
function readPhotos(root, most) {
  const layout = 'Lay it out as <id>.jpg with the label map beside it as <id>.png, both of one size.';
  if (!existsSync(root) || !statSync(root).isDirectory()) giveUp(`There is no folder ${root}.`, layout);
  const ids = readdirSync(root)
    .filter((file) => file.endsWith('.jpg'))
    .map((file) => file.slice(0, -'.jpg'.length))
    .sort()
    .slice(0, most);
  if (ids.length === 0) giveUp(`${root} has no photos.`, layout);
  const missing = ids.find((id) => !existsSync(join(root, `${id}.png`)));
  if (missing !== undefined) giveUp(`${join(root, missing)}.png is missing.`, layout);
  return ids;
}
