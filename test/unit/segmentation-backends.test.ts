import { describe, expect, it } from 'vitest';
import { backendOrder } from '../../src/segmentation/backends.js';
import { peopleView } from '../../src/segmentation/people-view.js';

describe('the order in which backends are tried', () => {
  it.each([
    [{ gpu: true, sharedMemory: true, cores: 8 }, ['webgpu', 'wasm-threads', 'wasm']],
    [{ gpu: true, sharedMemory: false, cores: 8 }, ['webgpu', 'wasm']],
    [{ gpu: false, sharedMemory: true, cores: 8 }, ['wasm-threads', 'wasm']],
    [{ gpu: false, sharedMemory: true, cores: 1 }, ['wasm']],
    [{ gpu: false, sharedMemory: false, cores: 8 }, ['wasm']],
  ] as const)('%j → %j', (facts, expected) => {
    expect(backendOrder(facts)).toEqual(expected);
  });
  it('tries what the person wants first, then the rest', () => {
    const facts = { gpu: true, sharedMemory: true, cores: 8 };
    expect(backendOrder(facts, 'wasm')).toEqual(['wasm', 'webgpu', 'wasm-threads']);
    expect(backendOrder({ ...facts, gpu: false }, 'webgpu')).toEqual(['webgpu', 'wasm-threads', 'wasm']);
  });
});

describe('the people model for a frame', () => {
  it.each([
    [{ width: 1280, height: 720 }, 'landscape'],
    [{ width: 640, height: 480 }, 'landscape'],
    [{ width: 500, height: 500 }, 'square'],
    [{ width: 720, height: 1280 }, 'square'],
  ] as const)('%j → %s', (frame, model) => {
    expect(peopleView(frame).model).toBe(model);
  });
});
