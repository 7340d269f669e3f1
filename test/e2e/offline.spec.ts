import { test } from '@playwright/test';
import { SAMPLE_SCENE } from '../../src/sample/sample.js';
import { AppPage } from './app-page.js';

test('works after a reload without a network', async ({ page, context }) => {
  const app = new AppPage(page);
  await app.open();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await context.setOffline(true);
  await page.reload();
  await app.chooseSource('Sample scene');
  await app.pictureIsThere();
  await app.isReady();
  await app.tap(SAMPLE_SCENE.objects[1].tap, SAMPLE_SCENE.size);
  await app.isFollowed();
});
