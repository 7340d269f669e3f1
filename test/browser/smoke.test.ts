import { expect, it } from 'vitest';
it('runs cross-origin isolated', () => { expect(crossOriginIsolated).toBe(true); });
