// @ts-check
import { spawn } from 'node:child_process';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Runs a program in the project's root with its output shown, and never rejects.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, limitMinutes?: number, shell?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, code: number | null, seconds: number, why: string }>} `why` is empty when it ended well
 */
export function run(command, args, { env = {}, limitMinutes = 30, shell = false } = {}) {
  const started = performance.now();
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: limitMinutes * 60_000,
      shell,
    });
    /** @param {number | null} code @param {string} why */
    const end = (code, why) => settle({ ok: code === 0, code, seconds: (performance.now() - started) / 1000, why });
    child.once('error', (error) => end(null, error.message));
    child.once('exit', (code, signal) =>
      end(
        code,
        signal !== null ? `ended by ${signal} (limit: ${limitMinutes} min)` : code === 0 ? '' : `exit code ${code}`,
      ),
    );
  });
}

/**
 * Runs a script of this project or the command-line program of an installed package with this Node.
 * @param {string} script path from the root
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export const runNode = (script, args, options) => run(process.execPath, [join(ROOT, script), ...args], options);

/**
 * Runs npm: the one that started this script when there is one.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNpm(args, options) {
  const own = process.env['npm_execpath'];
  if (own !== undefined && /^npm(-cli)?\.c?js$/.test(basename(own)))
    return run(process.execPath, [own, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}
