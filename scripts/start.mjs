// @ts-check
/** `npm start [-- --port 4173 --host]`: installs what is missing, builds the app, and serves it with the headers it needs. */
import { parseArgs } from 'node:util';
import { prepareAssets } from './setup/assets.mjs';
import { checkNode, ensureDependencies } from './setup/dependencies.mjs';
import { ROOT } from './setup/run.mjs';
import { say } from './setup/say.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4173' }, host: { type: 'boolean', default: false } },
});

checkNode();
await ensureDependencies();
await prepareAssets();

say('Building the app …');
const { build, preview } = await import('vite');
await build({ root: ROOT, logLevel: 'warn' });
const server = await preview({ root: ROOT, preview: { port: Number(values.port), host: values.host } });

say(`LiveRoto is at ${server.resolvedUrls?.local[0] ?? `http://localhost:${values.port}/`}`);
for (const address of server.resolvedUrls?.network ?? []) {
  say(`  also at ${address}, without a camera: browsers give one only to localhost and to https pages`);
}
say('Nothing you show it leaves this machine. Ctrl+C stops it.');
