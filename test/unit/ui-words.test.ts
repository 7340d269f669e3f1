import { describe, expect, it } from 'vitest';
import { INITIAL_STATE, type AppState } from '../../src/session/app-state.js';
import type { PipelineStats } from '../../src/shared/pipeline-api.js';
import { healthLine, maskAgeText, stageParts } from '../../src/ui/health-text.js';
import { bytesText, clockText } from '../../src/ui/text.js';

const STATS: PipelineStats = {
  sourceFps: 30,
  shownFps: 29.4,
  receivedFrames: 0,
  droppedFrames: 0,
  keyframesPerSecond: 5,
  delayFrames: 0,
  maskAgeMs: 34,
  stages: {
    motion: { p50: 1, p95: 2, count: 9 },
    composite: { p50: 3, p95: 4, count: 9 },
    carry: { p50: 7, p95: 7, count: 0 },
  },
  inputSize: 384,
  backend: 'wasm',
  poolSize: 1,
  threads: 1,
  replacedWorkers: 0,
  lowered: [],
};

describe('words', () => {
  it.each([
    [0, '0:00'],
    [65.9, '1:05'],
    [3605, '1:00:05'],
    [-1, '0:00'],
  ])('writes %d s as %s', (seconds, text) => expect(clockText(seconds)).toBe(text));

  it.each([
    [640_000, '640 kB'],
    [3_440_000, '3.4 MB'],
    [1_250_000_000, '1.25 GB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it('counts the age of a mask in frames', () => {
    expect(maskAgeText({ ...STATS, maskAgeMs: 0 })).toBe('mask in time');
    expect(maskAgeText(STATS)).toBe('mask 1 frame old');
    expect(maskAgeText({ ...STATS, maskAgeMs: 100 })).toBe('mask 3 frames old');
  });

  it('shares out measured stages only', () => {
    expect(stageParts(STATS, ['motion', 'carry', 'composite', 'record'])).toEqual([
      { name: 'motion', ms: 1, share: 0.25 },
      { name: 'composite', ms: 3, share: 0.75 },
    ]);
  });

  it('says in one line what matters now', () => {
    const source = {
      kind: 'sample',
      label: 'Sample',
      size: { width: 4, height: 3 },
      frameRate: 30,
      mirrored: false,
    } as const;
    const running: AppState = { ...INITIAL_STATE, pipelineStatus: 'ready', source, stats: STATS };
    expect(healthLine(running)).toEqual({ level: 'good', words: '29 fps' });
    expect(healthLine({ ...running, stats: { ...STATS, shownFps: 12 } }).level).toBe('slow');
    expect(healthLine({ ...running, pipelineStatus: 'dead' }).level).toBe('bad');
    const loading = { loadedBytes: 3_100_000, totalBytes: 9_400_000, what: 'models/encoder.onnx' };
    expect(healthLine({ ...running, pipelineStatus: 'starting', loading }).words).toBe('Model: 3.1 MB of 9.4 MB');
  });
});
