// @ts-check
/** `npm run screenshots`: makes the README's picture from the built app, as a person would: sample, tap, effect. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { CHROMIUM_ARGS } from './chromium-args.mjs';
import { prepareAssets } from './setup/assets.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ROOT } from './setup/run.mjs';
import { giveUp, say } from './setup/say.mjs';

const FILE = join(ROOT, 'docs/images/liveroto.png');
/** The mug of the sample on its first frame, parts of its width and height. */
const TAP = { x: 246 / 640, y: 270 / 360 };

await prepareAssets();
const executablePath = await ensureChromium();
if (executablePath === null) giveUp('There is no Chromium to take pictures with.', 'Set LIVEROTO_CHROMIUM.');

await build({ root: ROOT, logLevel: 'warn' });
const server = await preview({ root: ROOT, preview: { port: 4373 }, logLevel: 'warn' });
const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme: 'dark' });
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  await page.getByRole('button', { name: 'How it runs: Ready' }).waitFor({ timeout: 60_000 });
  await page
    .locator('live-roto-welcome')
    .getByRole('button', { name: /sample/i })
    .click();
  await page.getByRole('button', { name: /^How it runs: [1-9]\d* fps/ }).waitFor();
  // On the first frame everything is where TAP says.
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('slider', { name: 'Position' }).press('Home');
  const picture = await page.locator('live-roto-stage .picture').boundingBox();
  if (picture === null) throw new Error('There is no picture.');
  await page.mouse.click(picture.x + TAP.x * picture.width, picture.y + TAP.y * picture.height);
  await page.getByRole('group', { name: 'Background' }).getByText('Blur', { exact: true }).click();
  await page.getByRole('group', { name: 'Object', exact: true }).getByText('Outline', { exact: true }).click();
  await page.mouse.move(picture.x + picture.width / 2, picture.y + 40);
  await page.locator('live-roto-object .s-tracking').waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  // The figures of two seconds, of which the first belonged to the tap.
  await page.waitForTimeout(3500);
  mkdirSync(join(ROOT, 'docs/images'), { recursive: true });
  await page.screenshot({ path: FILE });
  say(`Written to ${FILE}`);
} finally {
  await browser.close();
  await server.close();
}
