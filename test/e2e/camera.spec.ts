import { expect, test } from '@playwright/test';
import { CHROMIUM_ARGS } from '../../scripts/chromium-args.mjs';
import { findChromium } from '../../scripts/find-chromium.mjs';
import { HOME_VARIANT, SAMPLE_SCENE } from '../../src/sample/sample.js';
import { sampleCameraFile } from '../helpers/sample-camera.js';
import { ROOT } from '../helpers/shared-clips.js';
import { AppPage } from './app-page.js';

const FRAME = SAMPLE_SCENE.size;
const MUG = SAMPLE_SCENE.objects[1];
const chromium = findChromium();
/** Only the mug, which stands still: what is tested is the way from a camera to the screen. */
const camera = sampleCameraFile(ROOT, FRAME, 1, { ...HOME_VARIANT, cast: [MUG.id], pan: 0 });

test.use({
  launchOptions: {
    ...(chromium === null ? {} : { executablePath: chromium }),
    args: [...CHROMIUM_ARGS, `--use-file-for-fake-video-capture=${camera}`],
  },
});

test.describe('a camera', () => {
  test.use({ permissions: ['camera'] });

  test('is shown, tapped and comes back after a reload', async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    await app.chooseSource(/camera|fake/i);
    await app.pictureIsThere();
    await app.isReady();
    // A webcam that does not say which way it looks is shown as a mirror.
    await app.tap(MUG.tap, FRAME, true);
    await app.isFollowed();
    await app.chooseBackground('Blur');
    await page.reload();
    await app.chooseSource(/camera|fake/i);
    await app.pictureIsThere();
    await expect(app.objects).toHaveCount(0);
    await expect(app.background('Blur')).toBeChecked();
  });

  // A camera lends only a few frames: one that is kept until the model is loaded must not stop it.
  test('a tap before the model is there is answered once it is', async ({ page }) => {
    const app = new AppPage(page);
    await page.route('**/models/*.onnx', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await route.continue();
    });
    await app.open();
    await app.chooseSource(/camera|fake/i);
    await app.pictureIsThere();
    await app.tap(MUG.tap, FRAME, true);
    await expect(app.state()).toContainText('looking');
    await app.isFollowed();
  });
});

test('a refused camera is explained, and the sample still works', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.getByRole('button', { name: /^Source/ }).click();
  const menu = page.locator('live-roto-source-picker .menu');
  await menu.getByRole('button', { name: /camera|fake/i }).click();
  await expect(page.getByText('This page may not use the camera.').first()).toBeVisible();
  await app.chooseSource('Sample scene');
  await app.pictureIsThere();
});
