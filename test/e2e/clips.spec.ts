import { expect, test } from '@playwright/test';
import '../../bench/track-contract.js';
import { clipFiles, missingClips } from '../helpers/shared-clips.js';
import { openClipPage } from './clip-page.js';

for (const name of ['blackswan', 'dog']) {
  test(`${name}: one tap follows it better than its first mask would`, async ({ page }, info) => {
    const missing = missingClips(name);
    test.skip(missing !== null, missing ?? '');
    await openClipPage(page, name);
    const { frames, truths } = clipFiles(name);
    const result = await page.evaluate((run) => window.runClip(run), {
      frames: frames.map((file) => `/clip/${file}`),
      truths: truths.map((file) => `/clip/${file}`),
      frameRate: 24,
      tap: 'deepest' as const,
      settings: {},
    });
    await info.attach(`${name}.json`, { body: JSON.stringify(result, null, 2), contentType: 'application/json' });
    const { meanIou, firstMaskIou, firstMaskMs, shown, stats, ledger } = result;
    console.log(
      `  ${name}: mean IoU ${meanIou?.toFixed(3)}, first mask kept still ${firstMaskIou?.toFixed(3)}; first mask after ` +
        `${firstMaskMs.toFixed(0)} ms; ${shown.length} of ${frames.length} frames shown, ${stats.keyframesPerSecond.toFixed(1)} keyframes/s`,
    );
    expect(meanIou).toBeGreaterThan(firstMaskIou ?? 1);
    expect(ledger.closed).toBe(ledger.opened);
  });
}
