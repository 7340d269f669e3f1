import { expect, test } from '@playwright/test';
import { CHROMIUM_ARGS } from '../../scripts/chromium-args.mjs';
import { findChromium } from '../../scripts/find-chromium.mjs';
import { sampleCameraFile } from '../helpers/sample-camera.js';
import { ROOT } from '../helpers/shared-clips.js';
import { AppPage } from './app-page.js';

const FRAME = { width: 480, height: 270 };
const chromium = findChromium();
const camera = sampleCameraFile(ROOT, FRAME, 20);

test.use({
  launchOptions: {
    ...(chromium === null ? {} : { executablePath: chromium }),
    args: [...CHROMIUM_ARGS, `--use-file-for-fake-video-capture=${camera}`],
  },
});

test.describe('a camera', () => {
  test.use({ permissions: ['camera'] });

  test('is shown, tapped and survives a reload', async ({ page }) => {
    const app = new AppPage(page);
    await app.open();
    await app.chooseSource(/camera|fake/i);
    await app.pictureIsThere();
    // The person's jersey is the largest thing; a webcam without a facing mode is shown mirrored.
    await app.tap({ x: 356, y: 170 }, FRAME, true);
    await app.isFollowed();
    await app.chooseBackground('Blur');
    await page.reload();
    await app.chooseSource(/camera|fake/i);
    await app.pictureIsThere();
    await expect(app.objects).toHaveCount(0);
    await expect(page.getByRole('group', { name: 'Background' }).getByLabel('Blur', { exact: true })).toBeChecked();
  });
});

test('a refused camera is explained, and the sample still works', async ({ page }) => {
  const app = new AppPage(page);
  await app.open();
  await page.getByRole('button', { name: /^Source/ }).click();
  await page
    .locator('live-roto-source-picker .menu')
    .getByRole('button', { name: /camera|fake/i })
    .click();
  await expect(page.getByText(/camera.*(not allowed|refused|denied|blocked)/i).first()).toBeVisible();
  await app.chooseSource('Sample scene');
  await app.pictureIsThere();
});
