// @ts-check
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The Chromium that tests run in: `LIVEROTO_CHROMIUM` if set, else one that is installed, else Playwright's own download.
 * @returns {string | null} path of the executable, or null when none was found
 */
export function findChromium() {
  const wanted = process.env['LIVEROTO_CHROMIUM'];
  if (wanted !== undefined && wanted !== '') return wanted;
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}
