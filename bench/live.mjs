// @ts-check
/**
 * `npm run bench:live -- [--json file] [--seconds 20]`: plays a 640x480 camera at 30 frames a second (the built-in sample) through the whole app
 * with one tapped object, and says how fast everything was.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareAssets } from '../scripts/setup/assets.mjs';
import { ensureChromium } from '../scripts/setup/chromium.mjs';
import { checkNode, ensureDependencies } from '../scripts/setup/dependencies.mjs';
import { ROOT } from '../scripts/setup/run.mjs';
import { giveUp, say } from '../scripts/setup/say.mjs';
import { CHROMIUM_ARGS } from '../scripts/chromium-args.mjs';

const SIZE = { width: 640, height: 480 };
/** Of the sample's mug at this size, on its first frame. */
const TAP = { x: 221, y: 360 };

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    settle: { type: 'string', default: '4' },
  },
});

checkNode();
await ensureDependencies();
await prepareAssets();
const executablePath = await ensureChromium();
if (executablePath === null) giveUp('There is no Chromium to measure in.', 'Install one, or set LIVEROTO_CHROMIUM.');

const { build, preview, runnerImport } = await import('vite');
const { chromium } = await import('playwright');
const configFile = join(ROOT, 'scripts/vite.bench.config.ts');

say('Building, and preparing the camera …');
await build({ configFile, logLevel: 'warn' });
/** @type {{ module: typeof import('../test/helpers/sample-camera.ts') }} */
const { module } = await runnerImport(join(ROOT, 'test/helpers/sample-camera.ts'), { root: ROOT, configFile: false });
const camera = module.sampleCameraFile(ROOT, SIZE, 20);

const server = await preview({ configFile, logLevel: 'warn' });
const browser = await chromium.launch({
  executablePath,
  args: [...CHROMIUM_ARGS, `--use-file-for-fake-video-capture=${camera}`],
});
try {
  const context = await browser.newContext({ permissions: ['camera'], viewport: { width: 1100, height: 760 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await page.goto(new URL('bench/live.html', server.resolvedUrls?.local[0]).href);
  say(`Measuring for ${values.seconds} s …`);
  const run = { tap: TAP, height: SIZE.height, settleSeconds: Number(values.settle), seconds: Number(values.seconds) };
  const result = await page.evaluate((options) => window.runLive(options), run);
  print(result);
  if (values.json !== undefined) {
    const file = resolve(values.json);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `${JSON.stringify({ ...result, browser: browser.version(), processor: cpus()[0]?.model }, null, 2)}\n`,
    );
    say(`Written to ${file}`);
  }
} finally {
  await browser.close();
  await server.close();
}

/** @param {import('./live-contract.ts').LiveResult} result */
function print(result) {
  const { sourceFps, shownFps, droppedFrames, keyframesPerSecond, maskAgeMs, longTasks, longestTaskMs, stages } =
    result;
  console.log(`
  source                ${sourceFps.toFixed(1)} fps, ${SIZE.width}x${SIZE.height}
  shown                 ${shownFps.toFixed(1)} fps (${((100 * shownFps) / sourceFps).toFixed(0)} %), ${droppedFrames} frames dropped
  keyframes             ${keyframesPerSecond.toFixed(1)} a second at ${result.inputSize} px (${result.backend}, ${result.poolSize} × ${result.threads} threads, ${result.cores} cores)
  mask age when drawn   ${maskAgeMs.toFixed(0)} ms; first mask ${result.firstMaskMs.toFixed(0)} ms after the tap; followed ${(100 * result.followed).toFixed(0)} % of the time
  page's long tasks     ${longTasks}${longTasks === 0 ? '' : ` (longest ${longestTaskMs.toFixed(0)} ms)`}
  lowered to keep up    ${result.lowered.length === 0 ? 'nothing' : result.lowered.join('; ')}

  stage         p50 ms   p95 ms`);
  for (const [name, { p50, p95 }] of Object.entries(stages)) {
    console.log(`  ${name.padEnd(10)} ${p50.toFixed(1).padStart(9)} ${p95.toFixed(1).padStart(8)}`);
  }
}
