// @ts-check
import { createReadStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { CHROMIUM_ARGS } from '../scripts/chromium-args.mjs';
import { prepareAssets } from '../scripts/setup/assets.mjs';
import { ensureChromium } from '../scripts/setup/chromium.mjs';
import { checkNode, ensureDependencies } from '../scripts/setup/dependencies.mjs';
import { ROOT } from '../scripts/setup/run.mjs';
import { giveUp, say } from '../scripts/setup/say.mjs';

/** @type {Readonly<Record<string, string>>} */
const TYPES = { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg' };

/**
 * Builds the bench pages, opens one in Chromium and hands it on; everything is gone afterwards.
 * @template T
 * @param {string} name of the page, bench/<name>.html
 * @param {Readonly<Record<string, string>>} folders served beside it: address prefix → folder
 * @param {(page: import('playwright').Page, about: { browser: string, processor: string | undefined, cores: number }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBenchPage(name, folders, work) {
  checkNode();
  await ensureDependencies();
  await prepareAssets();
  const executablePath = await ensureChromium();
  if (executablePath === null) giveUp('There is no Chromium to measure in.', 'Install one, or set LIVEROTO_CHROMIUM.');
  const { build, preview } = await import('vite');
  const { chromium } = await import('playwright');
  // A folder of its own, so that another bench may run beside this one.
  const outDir = join(ROOT, `.cache/bench-${name}-${process.pid}`);
  const config = {
    configFile: join(ROOT, 'scripts/vite.bench.config.ts'),
    logLevel: /** @type {const} */ ('warn'),
    build: { outDir },
    plugins: [servePlugin(folders)],
  };
  try {
    say('Building …');
    await build(config);
    const server = await preview(config);
    const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
    try {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`page: ${error.message}`));
      await page.goto(new URL(`bench/${name}.html`, server.resolvedUrls?.local[0]).href);
      return await work(page, { browser: browser.version(), processor: cpus()[0]?.model, cores: cpus().length });
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** @param {Readonly<Record<string, string>>} folders @returns {import('vite').Plugin} */
function servePlugin(folders) {
  return {
    name: 'folders',
    configurePreviewServer(server) {
      for (const [prefix, folder] of Object.entries(folders)) {
        server.middlewares.use(`/${prefix}/`, (request, response, next) => {
          const file = join(folder, normalize(decodeURIComponent(request.url ?? '/')));
          if (!existsSync(file)) return next();
          response.setHeader('Content-Type', TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream');
          createReadStream(file).pipe(response);
        });
      }
    },
  };
}

/** @param {string} file absolute @param {unknown} value */
export function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  // Figures need no more than six digits.
  const rounded = (/** @type {string} */ _key, /** @type {unknown} */ part) =>
    typeof part === 'number' ? Number(part.toPrecision(6)) : part;
  writeFileSync(file, `${JSON.stringify(value, rounded, 1)}\n`);
  say(`Written to ${file}`);
}
