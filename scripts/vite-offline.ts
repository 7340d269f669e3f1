import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const TEMPLATE = join(dirname(fileURLToPath(import.meta.url)), 'offline-worker.js');

/** Files that every visit needs, as opposed to those of one backend or one mode, which are kept once they have been used. */
const isCore = (name: string): boolean =>
  /\.(html|js|css|svg|webmanifest)$/.test(name) ||
  /^models\//.test(name) ||
  /^ort\/ort-wasm-simd-threaded\.(mjs|wasm)$/.test(name);

/** Emits `offline-worker.js`, the service worker that lets the built page work without a network after its first visit. */
export function offline(): Plugin {
  let publicFiles: string[] = [];
  return {
    name: 'liveroto:offline',
    apply: 'build',
    configResolved: ({ publicDir }) => {
      publicFiles = publicDir === '' ? [] : readdirSync(publicDir);
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const core = Object.keys(bundle)
          .filter((name) => isCore(name) && !name.startsWith('vision/'))
          .sort();
        const hash = createHash('sha256');
        for (const name of core) {
          const file = bundle[name];
          if (file !== undefined) hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        const source = readFileSync(TEMPLATE, 'utf8')
          .replace("'{{version}}'", JSON.stringify(hash.digest('hex').slice(0, 16)))
          .replace("['{{core}}']", JSON.stringify(['./', ...core, ...publicFiles]));
        this.emitFile({ type: 'asset', fileName: 'offline-worker.js', source });
      },
    },
  };
}
