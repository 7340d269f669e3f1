import { describe, expect, it } from 'vitest';
import { suiteOf } from '../../scripts/setup/suites.mjs';

const ended = { ok: true, seconds: 1, why: '' };

describe('what npm test adds up', () => {
  it('takes the counts of a suite that ended well', () => {
    expect(suiteOf('a', ended, { passed: 3, failed: 0, skipped: [] })).toMatchObject({ passed: 3, failed: 0, why: '' });
  });
  it('counts a crash without a failed test as one failure', () => {
    const crashed = { ok: false, seconds: 1, why: 'exit code 134' };
    expect(suiteOf('a', crashed, { passed: 3, failed: 0, skipped: [] })).toMatchObject({ passed: 3, failed: 1 });
    expect(suiteOf('a', crashed, { passed: 3, failed: 2, skipped: [] })).toMatchObject({ passed: 3, failed: 2 });
  });
  it('counts a suite in which nothing ran as one failure', () => {
    const skipped = [{ name: 'x', why: 'no clip' }];
    expect(suiteOf('a', ended, { passed: 0, failed: 0, skipped })).toMatchObject({ failed: 1, why: 'nothing ran' });
  });
});
