import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS } from './scripts/chromium-args.mjs';
import { findChromium } from './scripts/find-chromium.mjs';

const chromium = findChromium();
const counts = process.env['LIVEROTO_COUNTS'];
/** Set by `npm test`, which has just built the app as a check of its own. */
const built = process.env['LIVEROTO_BUILT'] === '1';

const VITE = `"${process.execPath}" node_modules/vite/bin/vite.js`;
const BENCH = '--config scripts/vite.bench.config.ts';

/** The app as it is shipped, and the bench pages around the same pipeline; both with every header of production. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: '.cache/e2e',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 180_000,
  // Slow machines are right, only late.
  expect: { timeout: 20_000 },
  reporter: counts === undefined ? [['list']] : [['list'], ['json', { outputFile: counts }]],
  use: {
    baseURL: 'http://localhost:4273/',
    launchOptions: { ...(chromium === null ? {} : { executablePath: chromium }), args: [...CHROMIUM_ARGS] },
    viewport: { width: 1100, height: 760 },
  },
  webServer: [
    {
      command: `${built ? '' : 'npm run build && '}${VITE} preview --port 4273 --strictPort`,
      url: 'http://localhost:4273/',
      timeout: 180_000,
    },
    {
      command: `${VITE} build ${BENCH} --logLevel warn && ${VITE} preview ${BENCH} --port 4274 --strictPort`,
      url: 'http://localhost:4274/bench/track.html',
      timeout: 180_000,
    },
  ],
});
