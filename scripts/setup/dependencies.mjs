// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNpm } from './run.mjs';
import { giveUp, say } from './say.mjs';

/** Stops with a plain sentence when this Node is older than package.json's `engines` asks for. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!fits)
    giveUp(
      `This is Node ${process.versions.node}; LiveRoto needs 20.19, 22.12 or newer.`,
      'Install a newer one from https://nodejs.org.',
    );
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes node_modules/.package-lock.json last, so a broken-off
 * installation has none. Packages for other platforms are optional and may be missing.
 */
export function dependenciesAreFresh() {
  const installedPath = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedPath)) return false;
  const read = (/** @type {string} */ path) =>
    /** @type {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> }} */ (
      JSON.parse(readFileSync(path, 'utf8'))
    ).packages;
  const installed = read(installedPath);
  return Object.entries(read(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return found.version === wanted.version && existsSync(join(ROOT, path));
  });
}

/** Installs the dependencies when they are missing or older than the lock file. */
export async function ensureDependencies() {
  if (dependenciesAreFresh()) return;
  say('Installing the dependencies (npm ci; the first time this takes a minute or two) …');
  const { ok, why } = await runNpm(['ci'], { env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' } });
  if (!ok)
    giveUp(
      `The dependencies could not be installed: ${why}.`,
      'Look at the lines above: mostly it is the network or a proxy. Then try again.',
    );
}
