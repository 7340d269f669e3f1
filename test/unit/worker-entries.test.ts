import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const WORKERS = fileURLToPath(new URL('../../src/workers/', import.meta.url));
const entries = readdirSync(WORKERS).filter((name) => name.endsWith('.worker.ts'));

describe('worker entries', () => {
  it('are found', () => expect(entries).toContain('pipeline.worker.ts'));

  // An entry only exposes what another file does, so that the work can be tested without a thread.
  it.each(entries)('%s has fewer than 30 lines', (name) => {
    const lines = readFileSync(`${WORKERS}/${name}`, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThan(30);
  });
});
