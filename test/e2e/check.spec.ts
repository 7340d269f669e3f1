import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, test } from '@playwright/test';
import type { CheckReport } from '../../src/session/browser-check.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('the built-in check finds good masks on screen, and every frame freed', async ({ page }, info) => {
  await page.goto('./check.html');
  await page.getByRole('button', { name: 'Start the check' }).click();
  const result = page.locator('#result');
  await expect(result).toBeAttached({ timeout: 120_000 });
  const report = JSON.parse((await result.textContent()) ?? '') as CheckReport;
  await info.attach('check.json', { body: JSON.stringify(report, null, 2), contentType: 'application/json' });
  const { measurement, abilities, problems } = report;
  expect(problems).toEqual([]);
  expect(abilities.isolated).toBe(true);
  expect(measurement).not.toBeNull();
  if (measurement === null) return;
  const { meanIou, framesMeasured, firstMaskMs, stats, ledger } = measurement;
  console.log(
    `  IoU ${meanIou.toFixed(3)} over ${framesMeasured} frames, first mask after ${firstMaskMs.toFixed(0)} ms, ` +
      `${stats.shownFps.toFixed(1)} of ${stats.sourceFps.toFixed(1)} fps, ${stats.keyframesPerSecond.toFixed(1)} keyframes/s`,
  );
  expect(meanIou).toBeGreaterThanOrEqual(0.75);
  expect(ledger.closed).toBe(ledger.opened);

  // Through the protocol, which the page's policy does not apply to.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(async (): Promise<AxeResults> => window.axe.run());
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
});

declare global {
  interface Window {
    readonly axe: { run(): Promise<AxeResults> };
  }
}
