import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS } from './scripts/chromium-args.mjs';
import { findChromium } from './scripts/find-chromium.mjs';
import { ownAssets } from './scripts/vite-own-assets.ts';
import { ISOLATION_HEADERS } from './scripts/vite-security-headers.ts';

const chromium = findChromium();

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/assets-setup.ts'],
    projects: [
      {
        test: { name: 'unit', environment: 'node', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        plugins: [ownAssets()],
        // Vitest answers for its own pages before any plugin's middleware, so the headers are the server's, not a plugin's.
        server: { headers: ISOLATION_HEADERS },
        worker: { format: 'es' },
        optimizeDeps: {
          exclude: ['onnxruntime-web', '@mediapipe/tasks-vision'],
          include: [
            'comlink',
            'lit',
            'lit/decorators.js',
            'lit/directive.js',
            'lit/directives/keyed.js',
            'lit/directives/live.js',
            'lit/directives/repeat.js',
            'mediabunny',
            'axe-core',
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium === null ? {} : { executablePath: chromium }),
                args: [...CHROMIUM_ARGS, '--use-fake-ui-for-media-stream'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
