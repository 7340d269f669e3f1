import { defineConfig } from 'vite';
import { offline } from './scripts/vite-offline.ts';
import { ownAssets } from './scripts/vite-own-assets.ts';
import { securityHeaders } from './scripts/vite-security-headers.ts';

export default defineConfig({
  base: './',
  plugins: [ownAssets(), securityHeaders(), offline()],
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web', '@mediapipe/tasks-vision'] },
  build: { target: 'es2022', sourcemap: true, rollupOptions: { input: ['index.html', 'check.html'] } },
  server: { port: 5173 },
  preview: { port: 4173 },
});
