// @ts-check
/**
 * `npm run bench:track -- --root <folder> [options]`: follows the objects of every sequence in a folder of `<sequence>/<frame>.jpg` with the truth
 * beside each as `.png` (white is the object; or instance ids, each an object of its own), in the browser build, and compares what is shown with it.
 * docs/benchmarks.md says what is measured, and how.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../scripts/setup/run.mjs';
import { giveUp, say } from '../scripts/setup/say.mjs';
import { withBenchPage, writeJson } from './bench-page.mjs';
import { Progress } from './progress.mjs';
import { FolderProblem, readSequences } from './sequences.mjs';
import { HEAD, lineOf, overviewPage, percent, plotOf } from './track-report.mjs';

/** Longer side of the model's input, pixels. The same in both modes: what live loses against lockstep is then its lateness alone. */
const INPUT = 192;

const USAGE = `Use: npm run bench:track -- --root <folder> [options]
  --root <folder>     of <sequence>/<frame>.jpg and .png
  --init <how>        mask, tap or box: what is said about each object on the first frame (mask)
  --mode <mode>       lockstep: every frame waits for its mask; live: played like a camera (lockstep)
  --policy <policy>   live: carry masks along the motion, paint them stale, or let the picture wait (carry)
  --delay <frames>    live: 0, 1, 2 or auto (auto)
  --input <pixels>    longer side of the model's input, a multiple of 32 (${INPUT}, what live mode starts with, so that both modes compare); or auto,
                      which is what the app does: what the budget allows live, 320 in lockstep
  --fps <rate>        of the clips (24)
  --seqs <a,b>        these sequences only
  --frames <n>        the first n frames of each only
  --json <file>       write every figure
  --sheets <folder>   write a contact sheet and a plot of each sequence, and index.html`;

const options = readOptions();
const sequences = orGiveUp(() => readSequences(options.root, options.seqs, options.frames));

const { runnerImport } = await import('vite');
/** @type {{ module: typeof import('./track-result.ts') }} */
const { module } = await runnerImport(join(ROOT, 'bench/track-result.ts'), { root: ROOT, configFile: false });
const { sequenceResult, trackResult } = module;

await withBenchPage('track', { clip: options.root }, async (page, about) => {
  const result = trackResult(await followAll(page));
  printMeans(result);
  const { root: _root, json, sheets, ...used } = options;
  if (json !== null) writeJson(json, { ...result, options: used, ...about });
  if (sheets !== null) {
    writeFileSync(join(sheets, 'index.html'), overviewPage(result, used));
    say(`Look at ${join(sheets, 'index.html')}`);
  }
});

/** @param {import('playwright').Page} page that follows one sequence each time it is opened */
async function followAll(page) {
  const address = page.url();
  const progress = new Progress(sequences.reduce((sum, { frames }) => sum + 2 * frames.length, 0));
  const results = [];
  let before = 0;
  console.log(`\n  ${HEAD}`);
  for (const { name, frames, truths } of sequences) {
    await page.goto(address);
    const running = page.evaluate((run) => window.runClip(run), {
      frames: frames.map(addressOf),
      truths: truths.map(addressOf),
      frameRate: options.fps,
      init: options.init,
      sheet: options.sheets !== null,
      settings: {
        mode: options.mode,
        lateMasks: options.policy,
        displayDelay: options.delay,
        inputSize: options.input,
      },
    });
    const report = async () => {
      const { doing, done } = await page.evaluate(() => window.clipProgress);
      progress.show(before + done + (doing === 'scoring' ? frames.length : 0), `${name}, ${doing}`);
    };
    // A page that cannot answer tells why through `running`.
    const timer = setInterval(() => void report().catch(() => undefined), 500);
    try {
      const clip = await running;
      before += 2 * frames.length;
      const result = sequenceResult(name, clip);
      results.push(result);
      progress.say(`  ${lineOf(name, result)}${process.stderr.isTTY ? '' : `   ${progress.left(before)}`}`);
      if (options.sheets !== null) writePictures(options.sheets, result, clip.sheet);
    } catch (error) {
      progress.clear();
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    } finally {
      clearInterval(timer);
    }
  }
  progress.clear();
  return results;
}

/** @param {string} file */
function addressOf(file) {
  return `/clip/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * @param {string} folder
 * @param {import('./track-result.ts').SequenceResult} result
 * @param {string | null} sheet
 */
function writePictures(folder, result, sheet) {
  mkdirSync(folder, { recursive: true });
  if (sheet !== null)
    writeFileSync(join(folder, `${result.name}.png`), Buffer.from(sheet.split(',')[1] ?? '', 'base64'));
  writeFileSync(join(folder, `${result.name}.svg`), plotOf(result));
}

/** @param {import('./track-result.ts').TrackResult} result */
function printMeans(result) {
  const { recovery, dropped, frames } = result;
  const { reappearances, foundWithin1s, wrong, unsureShare } = recovery;
  console.log(`  ${lineOf(`mean of ${result.perSequence.length}`, result)}

  ${dropped} of ${frames} frames dropped
  came back ${reappearances} times${reappearances === 0 ? '' : `, ${percent(foundWithin1s)} found within 1 s`}; ${percent(wrong)} of the finds wrong; unsure ${percent(unsureShare)} of the time
`);
}

/** The command line, checked. Every path absolute. */
function readOptions() {
  const { values } = orGiveUp(() =>
    parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        root: { type: 'string' },
        init: { type: 'string', default: 'mask' },
        mode: { type: 'string', default: 'lockstep' },
        policy: { type: 'string', default: 'carry' },
        delay: { type: 'string', default: 'auto' },
        input: { type: 'string' },
        fps: { type: 'string', default: '24' },
        seqs: { type: 'string' },
        frames: { type: 'string', default: '100000' },
        json: { type: 'string' },
        sheets: { type: 'string' },
      },
    }),
  );
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.root === undefined) giveUp('Which sequences? --root is missing.', USAGE);
  const mode = oneOf('mode', values.mode, ['lockstep', 'live']);
  const input = values.input ?? String(INPUT);
  return {
    root: resolve(values.root),
    init: oneOf('init', values.init, ['mask', 'tap', 'box']),
    mode,
    policy: oneOf('policy', values.policy, ['carry', 'stale', 'wait']),
    delay: delayOf(oneOf('delay', values.delay, ['0', '1', '2', 'auto'])),
    input: input === 'auto' ? /** @type {const} */ ('auto') : positive('input', input, 32),
    fps: positive('fps', values.fps, null),
    seqs: values.seqs?.split(',') ?? null,
    frames: positive('frames', values.frames, 1),
    json: values.json === undefined ? null : resolve(values.json),
    sheets: values.sheets === undefined ? null : resolve(values.sheets),
  };
}

/** @param {'0' | '1' | '2' | 'auto'} text */
function delayOf(text) {
  return text === 'auto' ? text : /** @type {0 | 1 | 2} */ (Number(text));
}

/**
 * @template {string} const T
 * @param {string} name @param {string} value @param {readonly T[]} allowed
 */
function oneOf(name, value, allowed) {
  const found = allowed.find((one) => one === value);
  return found ?? giveUp(`--${name} ${value} is not known.`, `It can be ${allowed.join(', ')}.\n\n${USAGE}`);
}

/** @param {string} name @param {string} text @param {number | null} step what it must be a multiple of */
function positive(name, text, step) {
  const value = Number(text);
  if (!(value > 0) || (step !== null && value % step !== 0))
    giveUp(
      `--${name} ${text} is not possible.`,
      `It is a number above 0${step === null || step === 1 ? '' : `, a multiple of ${step}`}.`,
    );
  return value;
}

/**
 * @template T
 * @param {() => T} work
 */
function orGiveUp(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof FolderProblem) return giveUp(error.message, error.mend);
    if (error instanceof TypeError && 'code' in error) return giveUp(error.message, USAGE);
    throw error;
  }
}
