// @ts-check
/**
 * `npm test`: installs what is missing, then runs every check and every test suite, also after a failure, and adds them up.
 * The last line is `N passed, N failed`; the exit code is non-zero when anything failed or nothing ran.
 */
import { rmSync } from 'node:fs';
import { prepareAssets } from './setup/assets.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { checkNode, ensureDependencies } from './setup/dependencies.mjs';
import { ROOT, runNode } from './setup/run.mjs';
import { say } from './setup/say.mjs';
import { playwrightCounts, suiteOf, vitestCounts } from './setup/suites.mjs';

const COUNTS = `${ROOT}/.cache/test`;
const VITEST = 'node_modules/vitest/vitest.mjs';

checkNode();
await ensureDependencies();
await prepareAssets();
const chromium = await ensureChromium();
const env = chromium === null ? {} : { LIVEROTO_CHROMIUM: chromium };
rmSync(COUNTS, { recursive: true, force: true });

/** @type {import('./setup/suites.mjs').Suite[]} */
const suites = [];
/** @param {string} name @param {string} script @param {readonly string[]} args */
const check = async (name, script, args) => {
  say(`${name} …`);
  const ended = await runNode(script, args);
  suites.push(suiteOf(name, ended, { passed: ended.ok ? 1 : 0, failed: ended.ok ? 0 : 1, skipped: [] }));
  return ended.ok;
};
/** @param {string} name @param {string} project */
const vitest = async (name, project) => {
  say(`${name} …`);
  const file = `${COUNTS}/${project}.json`;
  const args = ['run', '--project', project, '--reporter=default', '--reporter=./scripts/vitest-count-reporter.mjs'];
  const ended = await runNode(VITEST, args, { env: { ...env, LIVEROTO_COUNTS: file } });
  suites.push(suiteOf(name, ended, vitestCounts(file)));
};
/** @param {string} name @param {string} why */
const cannotRun = (name, why) =>
  suites.push(suiteOf(name, { ok: false, seconds: 0, why }, { passed: 0, failed: 1, skipped: [] }));

await check('Format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']);
await check('Lint', 'node_modules/eslint/bin/eslint.js', ['.']);
await check('Types', 'node_modules/typescript/bin/tsc', ['-b']);
await vitest('Unit tests', 'unit');
if (chromium === null) cannotRun('Browser tests', 'no Chromium');
else await vitest('Browser tests', 'browser');
const built = await check('Production build', 'node_modules/vite/bin/vite.js', ['build', '--logLevel=warn']);
if (chromium === null || !built) cannotRun('End to end', built ? 'no Chromium' : 'the build failed');
else {
  say('End to end, on the production build …');
  const file = `${COUNTS}/e2e.json`;
  const ended = await runNode('node_modules/@playwright/test/cli.js', ['test'], {
    env: { ...env, LIVEROTO_COUNTS: file, LIVEROTO_BUILT: '1' },
  });
  suites.push(suiteOf('End to end', ended, playwrightCounts(file)));
}

console.log('\nSummary');
for (const { name, passed, failed, skipped, seconds, why } of suites) {
  const mark = failed > 0 ? '✗' : '✓';
  const more = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(
    `  ${mark} ${name}: ${passed} passed, ${failed} failed${more} (${seconds.toFixed(0)} s)${why === '' ? '' : `: ${why}`}`,
  );
}
for (const { name, skipped } of suites) {
  for (const skip of skipped) console.log(`  skipped in ${name}: ${skip.name}: ${skip.why}`);
}
const total = (/** @type {'passed' | 'failed'} */ key) => suites.reduce((sum, suite) => sum + suite[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exitCode = total('failed') > 0 || total('passed') === 0 ? 1 : 0;
