import { expect, test } from '@playwright/test';
import { SAMPLE_SCENE } from '../../src/sample/sample.js';
import { AppPage, coverage } from './app-page.js';

const MUG = SAMPLE_SCENE.objects[1];
const FRAME = SAMPLE_SCENE.size;

test.describe('the sample, as a person uses it', () => {
  let app: AppPage;

  test.beforeEach(async ({ page }) => {
    app = new AppPage(page);
    await app.openSample();
    await app.stopAtStart();
  });

  test('one tap cuts a thing out', async () => {
    await app.tap(MUG.tap, FRAME);
    await app.isFollowed();
    await app.play();
    await app.chooseBackground('None');
    await expect.poll(() => app.alphaAt({ x: 20, y: 20 }, FRAME)).toBe(0);
    // The mug covers some 1.5 % of the picture, and less while others pass in front of it: for two seconds of every ten.
    await expect
      .poll(async () => {
        const shown = coverage(await app.pixels(160));
        return shown > 0.01 && shown < 0.04;
      })
      .toBe(true);
  });

  test('taps, undo and redo, delete', async ({ page }) => {
    await app.tap(MUG.tap, FRAME);
    await expect(app.objects).toHaveCount(1);
    await app.isFollowed();
    await app.tap(SAMPLE_SCENE.objects[6].tap, FRAME);
    await expect(app.objects).toHaveCount(2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(app.objects).toHaveCount(1);
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect(app.objects).toHaveCount(2);
    await app.objects
      .first()
      .getByRole('button', { name: /^Delete/ })
      .click();
    await expect(app.objects).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expect(app.objects).toHaveCount(2);
  });

  test('the readings of a tap can be stepped through by keys', async ({ page }) => {
    await app.tap(MUG.tap, FRAME);
    await app.isFollowed();
    const readings = page.getByRole('group', { name: 'What was meant' }).getByRole('button');
    await expect(readings).toHaveCount(3);
    const pressed = (): Promise<number> =>
      readings.evaluateAll((buttons) => buttons.findIndex((button) => button.getAttribute('aria-pressed') === 'true'));
    const before = await pressed();
    await page.keyboard.press(']');
    await expect.poll(pressed).toBe((before + 1) % 3);
    await page.keyboard.press('Control+z');
    await expect.poll(pressed).toBe(before);
  });

  test('the keyboard alone selects, hides and deletes', async ({ page }) => {
    await app.stage.focus();
    // From the middle to the mug: a step is a hundredth of the frame's longer side.
    const step = FRAME.width / 100;
    const left = Math.round((FRAME.width / 2 - MUG.tap.x) / step);
    const down = Math.round((MUG.tap.y - FRAME.height / 2) / step);
    for (let i = 0; i < left; i++) await page.keyboard.press('ArrowLeft');
    for (let i = 0; i < down; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(app.objects).toHaveCount(1);
    await app.isFollowed();
    await page.keyboard.press('h');
    await expect(app.state()).toContainText('hidden');
    await page.keyboard.press('Delete');
    await expect(app.objects).toHaveCount(0);
  });
});
