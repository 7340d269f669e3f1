// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Writes what `npm test` adds up at the end (`{ passed, failed, skipped: [{ name, why }] }`) to the file named by LIVEROTO_COUNTS.
 * Vitest's own JSON report leaves out why a test was skipped.
 */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled errors outside of any test
   */
  onTestRunEnd(modules, unhandled) {
    const path = process.env['LIVEROTO_COUNTS'];
    if (path === undefined) return;
    const counts = {
      passed: 0,
      failed: unhandled.length,
      skipped: /** @type {{ name: string, why: string }[]} */ ([]),
    };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed') counts.failed++;
        else {
          const note = result.state === 'skipped' ? result.note : 'it was not run';
          counts.skipped.push({ name: test.fullName, why: note ?? 'its title says why' });
        }
      }
    }
    const file = resolve(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(counts));
  }
}
