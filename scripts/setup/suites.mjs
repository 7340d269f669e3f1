// @ts-check
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ name: string, why: string }} Skip
 * @typedef {{ passed: number, failed: number, skipped: Skip[] }} Counts
 * @typedef {Counts & { name: string, seconds: number, why: string }} Suite
 */

const NOTHING = /** @returns {Counts} */ () => ({ passed: 0, failed: 0, skipped: [] });

/**
 * One line of the summary. A suite that ended badly without a failed test (a crash, a time limit), or that ran nothing, is a failure.
 * @param {string} name
 * @param {{ ok: boolean, seconds: number, why: string }} ended
 * @param {Counts} counts
 * @returns {Suite}
 */
export function suiteOf(name, { ok, seconds, why }, { passed, failed, skipped }) {
  const ranNothing = passed + failed === 0;
  const hidden = failed === 0 && (!ok || ranNothing);
  return { name, seconds, passed, failed: hidden ? 1 : failed, skipped, why: ok && ranNothing ? 'nothing ran' : why };
}

/**
 * What scripts/vitest-count-reporter.mjs wrote.
 * @param {string} file
 * @returns {Counts}
 */
export const vitestCounts = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : NOTHING());

/**
 * Counts of Playwright's JSON report.
 * @param {string} file
 * @returns {Counts}
 */
export function playwrightCounts(file) {
  const counts = NOTHING();
  if (!existsSync(file)) return counts;
  /** @type {import('@playwright/test/reporter').JSONReport} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  counts.failed = report.errors.length;
  /** @param {import('@playwright/test/reporter').JSONReportSuite} suite */
  const walk = (suite) => {
    for (const spec of suite.specs) {
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed++;
        else if (test.status === 'skipped') {
          const reason = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
          counts.skipped.push({ name: spec.title, why: reason ?? 'not run' });
        } else counts.failed++;
      }
    }
    suite.suites?.forEach(walk);
  };
  report.suites.forEach(walk);
  return counts;
}
