import { expect, test } from '@playwright/test';
import { SAMPLE_SCENE } from '../../src/sample/sample.js';
import { AppPage } from './app-page.js';

const FRAME = SAMPLE_SCENE.size;

test('nothing is asked of any other address, and the policy would not let it', async ({ page, context, baseURL }) => {
  const asked: string[] = [];
  // Of the pages and of their workers.
  context.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  const app = new AppPage(page);
  await app.openSample();
  await app.tap(SAMPLE_SCENE.objects[1].tap, FRAME);
  await app.isFollowed();
  await page.getByRole('button', { name: 'Keep people' }).click();
  await expect(app.objects).toHaveCount(2);
  await app.isFollowed(1);
  await page.goto('./check.html');
  await page.getByRole('button', { name: 'Start the check' }).click();
  await expect(page.getByRole('status')).toContainText('Measuring', { timeout: 60_000 });

  // The workers' requests are among them, or this test would prove nothing.
  expect(asked.some((url) => url.endsWith('.onnx'))).toBe(true);
  expect(asked.some((url) => url.includes('/vision/'))).toBe(true);
  const foreign = asked.filter(
    (url) => !/^(blob|data):/.test(url) && new URL(url).origin !== new URL(baseURL ?? '').origin,
  );
  expect(foreign).toEqual([]);

  const outside = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'answered',
      (error: unknown) => String(error),
    ),
  );
  expect(outside).toContain('TypeError');
});

test('every response carries the headers of production', async ({ request }) => {
  for (const path of ['', 'check.html', 'models/manifest.json', 'ort/ort-wasm-simd-threaded.wasm']) {
    const response = await request.get(`./${path}`);
    const headers = response.headers();
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
  }
});
