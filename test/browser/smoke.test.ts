import { expect, it } from 'vitest';

it('runs cross-origin isolated, so that WASM threads can be tested', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});
