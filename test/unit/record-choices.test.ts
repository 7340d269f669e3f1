import { describe, expect, it } from 'vitest';
import { chooseAudioCodec, chooseCodec } from '../../src/record/choose-codec.js';
import { fileNameFor, numberedName } from '../../src/record/file-name.js';

describe('chooseCodec', () => {
  it('takes VP9 for WebM and keeps alpha', () => {
    expect(chooseCodec('webm', true, () => true)).toEqual({ codec: 'vp9', alpha: true, compromise: null });
    expect(chooseCodec('webm', false, () => true)).toEqual({ codec: 'vp9', alpha: false, compromise: null });
  });

  it('falls back to VP8, with alpha too', () => {
    expect(chooseCodec('webm', true, (codec) => codec === 'vp8')).toEqual({
      codec: 'vp8',
      alpha: true,
      compromise: null,
    });
  });

  it('lays a transparent picture over black in MP4, and says so', () => {
    expect(chooseCodec('mp4', true, () => true)).toEqual({ codec: 'avc', alpha: false, compromise: 'over-black' });
    expect(chooseCodec('mp4', false, () => true)?.compromise).toBeNull();
  });

  it('takes AV1, then VP9, for MP4 where there is no H.264 encoder', () => {
    expect(chooseCodec('mp4', false, (codec) => codec !== 'avc')?.codec).toBe('av1');
    expect(chooseCodec('mp4', false, (codec) => codec === 'vp9')?.codec).toBe('vp9');
  });

  it('has no answer where nothing can be encoded, or only what the format cannot hold', () => {
    expect(chooseCodec('webm', false, () => false)).toBeNull();
    expect(chooseCodec('webm', false, (codec) => codec === 'avc')).toBeNull();
    expect(chooseCodec('mp4', false, (codec) => codec === 'vp8')).toBeNull();
  });
});

describe('chooseAudioCodec', () => {
  it('takes Opus for WebM, AAC before Opus for MP4, else silence', () => {
    expect(chooseAudioCodec('webm', () => true)).toBe('opus');
    expect(chooseAudioCodec('mp4', () => true)).toBe('aac');
    expect(chooseAudioCodec('mp4', (codec) => codec === 'opus')).toBe('opus');
    expect(chooseAudioCodec('webm', (codec) => codec === 'aac')).toBeNull();
  });
});

describe('file names', () => {
  it('carry the local date and time', () => {
    expect(fileNameFor(new Date(2026, 10, 24, 23, 5), 'webm')).toBe('liveroto-2026-11-24-2305.webm');
    expect(fileNameFor(new Date(2027, 0, 2, 3, 4), 'mp4')).toBe('liveroto-2027-01-02-0304.mp4');
  });

  it('are numbered before the extension', () => {
    expect(numberedName('a.b.webm', 1)).toBe('a.b.webm');
    expect(numberedName('a.b.webm', 3)).toBe('a.b-3.webm');
  });
});
