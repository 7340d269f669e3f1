import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openDecoded } from '../../src/capture/file-decoder.js';
import { openInElement } from '../../src/capture/file-element.js';
import { openFile } from '../../src/capture/file.js';
import type { FrameSource, Playback } from '../../src/capture/frame-source.js';
import { encodeClip } from '../helpers/encode-clip.js';
import { FeedReader, increasing, valueOf } from '../helpers/feed-reader.js';

const never = new AbortController().signal;
const PLAN = { frames: 45, frameRate: 30, width: 320, height: 180, sound: true };
const LENGTH = PLAN.frames / PLAN.frameRate;
const FRAME_US = 1e6 / PLAN.frameRate;

let clip: File;
beforeAll(async () => {
  clip = await encodeClip('table.webm', PLAN);
});

const playbackOf = (source: FrameSource): Playback => {
  if (source.playback === null) throw new Error('A file can be played.');
  return source.playback;
};

/** How far a timestamp is from the nearest frame of the clip, in frames. */
const offGrid = (timestampUs: number) => Math.abs(timestampUs / FRAME_US - Math.round(timestampUs / FRAME_US));

type Open = (file: File) => Promise<FrameSource>;
const WAYS: readonly (readonly [string, Open])[] = [
  ['decoded by ourselves', async (file) => present(await openDecoded(file, never))],
  ['played by an element', async (file) => valueOf(await openInElement(file, never))],
];

function present<T>(value: T | null): T {
  if (value === null) throw new Error('This file can be decoded.');
  return value;
}

describe.each(WAYS)('a video file, %s', (_way, open) => {
  it('plays with its own times as timestamps', async () => {
    const source = await open(clip);
    const playback = playbackOf(source);
    expect(source.info).toEqual({
      kind: 'file',
      label: 'table.webm',
      size: { width: 320, height: 180 },
      frameRate: 0,
      mirrored: false,
    });
    expect(playback.duration).toBeCloseTo(LENGTH, 1);
    expect(playback.playing).toBe(false);
    playback.loop = false;
    const atEnd = new Promise<void>((resolve) =>
      playback.onChange(() => !playback.playing && playback.time > LENGTH - 0.1 && resolve()),
    );
    const reader = new FeedReader(source.openFeed());
    await atEnd;
    const { seen } = reader;
    expect(seen.length).toBeGreaterThan(10);
    expect(increasing(seen)).toBe(true);
    // WebM counts in whole milliseconds.
    for (const { timestampUs } of seen) expect(offGrid(timestampUs)).toBeLessThan(0.05);
    expect(seen[0]).toMatchObject({ timestampUs: 0, width: 320, height: 180 });
    expect(seen.at(-1)!.timestampUs).toBeLessThan(LENGTH * 1e6);
    source.stop();
    await reader.ended;
    expect(reader.seen.every(({ closed }) => closed)).toBe(true);
  });

  it('goes back to its beginning when it loops, and says so by the timestamps', async () => {
    const source = await open(clip);
    expect(playbackOf(source).loop).toBe(true);
    const reader = new FeedReader(source.openFeed());
    await reader.until((seen) => !increasing(seen));
    expect(playbackOf(source).playing).toBe(true);
    source.stop();
    await reader.ended;
  });

  it('shows the frame it is taken to, also while paused', async () => {
    const source = await open(clip);
    const playback = playbackOf(source);
    const changed = vi.fn();
    playback.onChange(changed);
    const reader = new FeedReader(source.openFeed());
    await reader.count(2);
    playback.pause();
    playback.seek(1);
    await reader.until((seen) => seen.some(({ timestampUs }) => Math.abs(timestampUs - 1e6) < FRAME_US));
    playback.seek(0.4);
    await reader.until((seen) => Math.abs(seen.at(-1)!.timestampUs - 0.4e6) < FRAME_US);
    expect(playback.playing).toBe(false);
    expect(playback.time).toBeCloseTo(0.4, 3);
    expect(changed).toHaveBeenCalled();
    source.stop();
    await reader.ended;
  });

  it('gives a new reader the picture that is there, even while paused', async () => {
    const source = await open(clip);
    const first = new FeedReader(source.openFeed());
    await first.count(1);
    const second = new FeedReader(source.openFeed());
    playbackOf(source).pause();
    await first.ended;
    await second.count(1);
    source.stop();
    await second.ended;
  });

  it('goes on in a hidden page, driven by a worker', async () => {
    const source = await open(clip);
    const playback = playbackOf(source);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    // As a browser does with a hidden page: no callback comes.
    const silent = vi.spyOn(HTMLVideoElement.prototype, 'requestVideoFrameCallback').mockReturnValue(0);
    try {
      const reader = new FeedReader(source.openFeed());
      expect(increasing(await reader.count(6))).toBe(true);
      playback.pause();
      playback.seek(0.2);
      await reader.until((seen) => seen.at(-1)!.timestampUs === 200_000);
      source.stop();
      await reader.ended;
    } finally {
      hidden.mockRestore();
      silent.mockRestore();
    }
  });

  it('keeps its sound for the recording although it is not heard', async () => {
    const source = await open(clip);
    const reader = new FeedReader(source.openFeed());
    const track = source.audio;
    if (track === null) throw new Error('The clip has sound.');
    const sound = new MediaStreamTrackProcessor({ track: track as MediaStreamAudioTrack }).readable.getReader();
    let loudest = 0;
    while (loudest < 0.1) {
      const { done, value } = await sound.read();
      if (done) break;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      value.close();
      loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), loudest);
    }
    expect(loudest).toBeGreaterThan(0.1);
    source.stop();
    await reader.ended;
    expect(track.readyState).toBe('ended');
  });

  it('without sound has none', async () => {
    const silent = await encodeClip('silent.webm', { ...PLAN, frames: 5, sound: false });
    const source = await open(silent);
    expect(source.audio).toBeNull();
    source.stop();
  });

  it('that turns out damaged while it plays, ends the source with the reason', async () => {
    const bytes = new Uint8Array(await clip.arrayBuffer());
    // The start code of every VP8 key frame but the first (RFC 6386, 9.1).
    const isStartCode = (at: number) => bytes[at] === 0x9d && bytes[at + 1] === 0x01 && bytes[at + 2] === 0x2a;
    const keyFrames = [...bytes.keys()].filter(isStartCode);
    expect(keyFrames.length).toBeGreaterThan(1);
    for (const at of keyFrames.slice(1)) bytes[at] = 0;
    const source = await open(new File([bytes], 'scratched.webm', { type: 'video/webm' }));
    const problem = new Promise((resolve) => source.onEnded(resolve));
    const reader = new FeedReader(source.openFeed());
    expect(await problem).toMatchObject({ code: 'file-damaged' });
    await reader.ended;
  });
});

describe('a file that cannot be played', () => {
  it('is damaged when its bytes are noise, cut off before the picture, or missing', async () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) & 255);
    const type = 'video/webm';
    for (const bytes of [noise, new Uint8Array(await clip.slice(0, 200).arrayBuffer()), new Uint8Array()]) {
      const result = await openFile(new File([bytes], 'broken.webm', { type }), never);
      expect(result, `${bytes.length} bytes`).toMatchObject({ ok: false, problem: { code: 'file-damaged' } });
      if (!result.ok) expect(result.problem.what).toContain('broken.webm');
    }
  });

  it('is unsupported when it is no video at all', async () => {
    const text = new File(['Dear diary'], 'diary.txt', { type: 'text/plain' });
    expect(await openFile(text, never)).toMatchObject({ ok: false, problem: { code: 'file-unsupported' } });
  });

  it('is unsupported when it has sound only', async () => {
    const sampleRate = 8000;
    const header = new DataView(new ArrayBuffer(44 + sampleRate));
    const letters = (at: number, text: string) =>
      [...text].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
    letters(0, 'RIFF');
    header.setUint32(4, 36 + sampleRate, true);
    letters(8, 'WAVEfmt ');
    header.setUint32(16, 16, true);
    header.setUint16(20, 1, true);
    header.setUint16(22, 1, true);
    header.setUint32(24, sampleRate, true);
    header.setUint32(28, sampleRate, true);
    header.setUint16(32, 1, true);
    header.setUint16(34, 8, true);
    letters(36, 'data');
    header.setUint32(40, sampleRate, true);
    const wav = new File([header.buffer], 'song.wav', { type: 'audio/wav' });
    expect(await openFile(wav, never)).toMatchObject({ ok: false, problem: { code: 'file-unsupported' } });
  });

  it('is let go when the wish is withdrawn', async () => {
    const controller = new AbortController();
    const opening = openFile(clip, controller.signal);
    controller.abort();
    await expect(opening).rejects.toThrow('abort');
  });
});
