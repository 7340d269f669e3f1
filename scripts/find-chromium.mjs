// @ts-check
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/**
 * The Chromium that tests run in: `LIVEROTO_CHROMIUM` if set, else one that is installed, else Playwright's own download.
 * @returns {string | null} path of the executable, or null when Playwright's default should be used or none was found
 */
export function findChromium() {
  const wanted = process.env['LIVEROTO_CHROMIUM'];
  if (wanted !== undefined && wanted !== '') return wanted;
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}
