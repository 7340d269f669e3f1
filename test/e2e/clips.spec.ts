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
      init: 'tap' as const,
      settings: {},
      sheet: false,
    });
    await info.attach(`${name}.json`, { body: JSON.stringify(result, null, 2), contentType: 'application/json' });
    const { objects, frames: all, dropped, firstMaskMs, keyframesPerSecond, ledger } = result;
    const { J, firstMaskJ } = objects[0]!;
    console.log(
      `  ${name}: J ${J.toFixed(3)}, first mask kept still ${firstMaskJ.toFixed(3)}; first mask after ` +
        `${firstMaskMs.toFixed(0)} ms; ${all - dropped} of ${all} frames shown, ${keyframesPerSecond.toFixed(1)} keyframes/s`,
    );
    expect(J).toBeGreaterThan(firstMaskJ);
    expect(ledger.closed).toBe(ledger.opened);
  });
}
