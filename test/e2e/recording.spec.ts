import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';
import { SAMPLE_SCENE } from '../../src/sample/sample.js';
import { AppPage } from './app-page.js';

const FRAME = SAMPLE_SCENE.size;

/** Codec and size as ffprobe sees them; null where it is not installed. */
async function ffprobe(path: string): Promise<string | null> {
  const fields = ['-select_streams', 'v:0', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0'];
  try {
    const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', ...fields, path]);
    return stdout.trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

test('five seconds of a cut-out become a file that plays', async ({ page }) => {
  const app = new AppPage(page);
  await app.openSample();
  await app.tap(SAMPLE_SCENE.objects[1].tap, FRAME);
  await app.isFollowed();
  await app.chooseBackground('None');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(page.locator('live-roto-record .time')).toContainText('0:05', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Stop recording' }).click();

  const clip = page.getByRole('dialog');
  await expect(clip.getByRole('heading', { name: 'Your clip is ready' })).toBeVisible({ timeout: 60_000 });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    clip.getByRole('link', { name: 'Save' }).click(),
  ]);
  const path = await download.path();
  expect(download.suggestedFilename()).toMatch(/\.webm$/);

  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  const video = await input.getPrimaryVideoTrack();
  expect(video).not.toBeNull();
  if (video === null) return;
  expect(video.codec).toBe('vp9');
  expect([video.displayWidth, video.displayHeight]).toEqual([FRAME.width, FRAME.height]);
  const duration = await input.computeDuration();
  expect(duration).toBeGreaterThan(4.5);
  expect(duration).toBeLessThan(8);
  const { packetCount } = await video.computePacketStats();
  await expect(clip).toContainText(`${packetCount} frames`);
  console.log(`  ${packetCount} frames in ${duration.toFixed(1)} s, ${await clip.locator('p').first().textContent()}`);
  expect(await video.canBeTransparent()).toBe(true);

  const seen = await ffprobe(path);
  if (seen === null) console.log('  ffprobe is not installed: checked with mediabunny alone.');
  else expect(seen).toBe(`vp9,${FRAME.width},${FRAME.height}`);

  // The browser plays it: time goes on past the first second.
  await clip.locator('video').evaluate(async (element) => {
    if (!(element instanceof HTMLVideoElement)) throw new Error('The sheet has no player.');
    element.muted = true;
    await element.play();
    await new Promise<void>((resolve) => {
      element.ontimeupdate = () => element.currentTime > 1 && resolve();
    });
  });
});
