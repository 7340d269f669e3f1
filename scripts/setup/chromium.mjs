// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run, runNode } from './run.mjs';
import { say } from './say.mjs';

/** Whether the browser starts at all: a download without its system libraries does not. */
const starts = (/** @type {string} */ path) =>
  process.platform === 'win32' || spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;

/** @returns {Promise<string | null>} */
async function find() {
  // Imported late: it needs Playwright, which may just have been installed.
  const { findChromium } = await import('../find-chromium.mjs');
  const path = findChromium();
  return path !== null && starts(path) ? path : null;
}

/**
 * A Chromium for the tests: an installed one, else Playwright's own download, else the system's package.
 * @returns {Promise<string | null>} path of the executable, or null when there is none to be had (the reason has been said)
 */
export async function ensureChromium() {
  const present = await find();
  if (present !== null) return present;

  say('No Chromium found. Downloading the one that Playwright brings …');
  const download = await runNode('node_modules/playwright/cli.js', ['install', 'chromium'], {
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    limitMinutes: 10,
  });
  const downloaded = await find();
  if (downloaded !== null) return downloaded;
  say(
    download.ok
      ? 'It does not start here (system libraries are missing).'
      : `That did not work (${download.why}): is this network closed?`,
  );

  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say("Installing the system's Chromium package (apt-get) …");
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update'], { env, limitMinutes: 5 });
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env, limitMinutes: 10 });
    return find();
  }
  say('Install Chromium or Chrome yourself, or set LIVEROTO_CHROMIUM to the path of one.');
  return null;
}
