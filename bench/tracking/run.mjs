/**
 * Runs the tracking benches in Node, without a browser: bundles a bench with Rolldown (Vite's bundler) into .cache, then imports it.
 *
 *   node bench/tracking/run.mjs carry [--root ../shared/data/davis2016-val-360p] [--seqs a,b] [--step 3] [--json f]
 *   node bench/tracking/run.mjs track [--init mask|tap] [--input 256] [--stride 1] [--seqs a,b] [--set name=value,...] [--json f]
 *
 * Frames are decoded by ffmpeg once and kept as raw files in the system's temporary folder.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [bench, ...args] = process.argv.slice(2);
if (bench === undefined) throw new Error('which bench? carry, track, tap, clip, likeness, refind or crowd');
const room = ['refind', 'crowd'].includes(bench) ? 'refind' : 'tracking';
const out = `${root}.cache/bench-tracking/${bench}-${process.pid}.mjs`;
mkdirSync(`${root}.cache/bench-tracking`, { recursive: true });
await build({
  input: `${root}bench/${room}/${bench}.ts`,
  platform: 'node',
  external: [/^node:/, /^onnxruntime-web/],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  output: { file: out, format: 'es', codeSplitting: false },
  tsconfig: false,
  logLevel: 'warn',
});
process.argv = [process.argv[0], out, ...args];
await import(pathToFileURL(out).href);
