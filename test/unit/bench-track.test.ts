import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSequences } from '../../bench/sequences.mjs';
import type { Recovery } from '../../bench/measures/recovery.js';
import type { ObjectResult } from '../../bench/track-contract.js';
import { sequenceResult, trackResult } from '../../bench/track-result.js';

/** The beginnings of picture files, as far as their size is read from them. */
const png = (width: number, height: number): Buffer => {
  const file = Buffer.alloc(33);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return file;
};
const jpeg = (width: number, height: number): Buffer => {
  // A comment of four bytes and a table before the start of frame, whose codes must not be taken for it.
  const file = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 4, 0xff, 0xc0, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc2, 0, 17, 8]);
  const size = Buffer.alloc(16);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  return Buffer.concat([file, size]);
};

describe('a folder of sequences', () => {
  let root = '';
  const put = (file: string, content: Buffer): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const putClip = (name: string, frames: number): void => {
    for (let i = 0; i < frames; i++) {
      put(`${name}/${i}.jpg`, jpeg(64, 48));
      put(`${name}/${i}.png`, png(64, 48));
    }
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sequences-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is read in order, as far as asked', () => {
    putClip('b', 4);
    putClip('a', 3);
    const [a, b] = readSequences(root, null, 1000);
    expect(a).toEqual({
      name: 'a',
      frames: ['a/0.jpg', 'a/1.jpg', 'a/2.jpg'],
      truths: ['a/0.png', 'a/1.png', 'a/2.png'],
    });
    expect(b?.frames).toHaveLength(4);
    expect(readSequences(root, ['b'], 3)).toEqual([
      expect.objectContaining({ name: 'b', frames: ['b/0.jpg', 'b/1.jpg', 'b/2.jpg'] }),
    ]);
  });

  it('that cannot be measured is refused with the reason', () => {
    const read =
      (wanted: string[] | null = null) =>
      () =>
        readSequences(root, wanted, 1000);
    expect(() => readSequences(join(root, 'nowhere'), null, 3)).toThrow('There is no folder');
    expect(read()).toThrow('no folder with JPEG pictures');
    putClip('a', 3);
    expect(read(['a', 'b'])).toThrow('no sequence b');
    put('a/3.jpg', jpeg(64, 48));
    expect(read()).toThrow(/truth .*3\.png is missing/);
    put('a/3.png', png(32, 48));
    expect(read()).toThrow(/3\.png has 32x48 pixels, the first frame 64x48/);
    put('a/3.png', png(64, 48));
    put('a/2.jpg', jpeg(48, 64));
    expect(read()).toThrow(/2\.jpg has 48x64 pixels/);
    put('a/2.jpg', Buffer.from('no picture'));
    expect(read()).toThrow('neither a PNG nor a JPEG');
    putClip('a', 2);
    expect(() => readSequences(root, null, 2)).toThrow('a has 2 frames');
  });
});

describe('means', () => {
  const recovery = (reappearances: number, foundInTime: number): Recovery => ({
    reappearances,
    foundWithin1s: foundInTime / Math.max(1, reappearances),
    wrong: 0,
    unsureShare: 0,
    counts: { reappearances, foundInTime, rightFinds: foundInTime, wrongFinds: 0, unsure: 0, frames: 10 },
  });
  const object = (J: number, F: number, flicker: number | null, found: Recovery): ObjectResult => ({
    id: 1,
    J,
    F,
    flicker,
    recovery: found,
    firstMaskJ: 0,
    shown: [],
  });
  const stats = { stages: { encode: { p50: 30, p95: 40, count: 9 } }, inputSize: 192, backend: 'wasm' } as const;
  const rest = { frames: 10, shownFps: 20, keyframesPerSecond: 5, maskAgeMs: 40, delayMs: 10, stats };

  it('every sequence counts the same, and within it every object', () => {
    const objects = [object(0.9, 0.7, 1, recovery(3, 3)), object(0.5, 0.3, null, recovery(0, 0))];
    const two = sequenceResult('two', { ...rest, objects, dropped: 1 });
    const one = sequenceResult('one', { ...rest, objects: [object(0.1, 0.1, 2, recovery(1, 0))], dropped: 3 });
    expect(two).toMatchObject({ flicker: 1, pipeline: stats });
    expect([two.J, two.F, two.JF]).toEqual([expect.closeTo(0.7), expect.closeTo(0.5), expect.closeTo(0.6)]);
    const all = trackResult([two, one]);
    expect([all.J, all.F, all.JF]).toEqual([expect.closeTo(0.4), expect.closeTo(0.3), expect.closeTo(0.35)]);
    expect(all).toMatchObject({ flicker: 1.5, frames: 20, dropped: 4 });
    expect(all.recovery).toMatchObject({ reappearances: 4, foundWithin1s: 0.75 });
  });
});
