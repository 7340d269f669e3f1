import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { ownAssets } from './vite-own-assets.ts';
import { securityHeaders } from './vite-security-headers.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Pages that measure the production pipeline. They are built like the app, with its headers, but are never part of it. */
export default defineConfig({
  root: here('..'),
  base: './',
  plugins: [ownAssets(), securityHeaders()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: here('../.cache/bench'),
    emptyOutDir: true,
    rollupOptions: { input: ['live', 'track', 'prompts', 'speed'].map((name) => here(`../bench/${name}.html`)) },
  },
  preview: { port: 4174 },
});
