import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Makes the files that are built from dependencies (the people model) before any test runs. Quick when they are there. */
export default function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/people-model.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
}
