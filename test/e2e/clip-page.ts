import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import { clipFile } from '../helpers/shared-clips.js';

/** Opens bench/track.html, where `/clip/<file>` are the files of the clip beside the project. */
export async function openClipPage(page: Page, clip: string): Promise<void> {
  page.on('pageerror', (error) => console.error(`  page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`  page: ${message.text()}`);
  });
  await page.route('**/clip/*', (route) => {
    const file = basename(new URL(route.request().url()).pathname);
    return route.fulfill({
      body: readFileSync(clipFile(clip, file)),
      contentType: file.endsWith('.png') ? 'image/png' : 'image/jpeg',
      headers: { 'Cross-Origin-Resource-Policy': 'same-origin' },
    });
  });
  await page.goto('http://localhost:4274/bench/track.html');
}
