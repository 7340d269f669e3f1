import type { RecordingFormat } from '../shared/pipeline-api.js';
import type { RecordingAudioCodec, RecordingVideoCodec } from '../shared/recording.js';

export type CodecChoice = {
  readonly codec: RecordingVideoCodec;
  /** Whether the alpha channel is recorded. */
  readonly alpha: boolean;
  /** Set when something that was asked for cannot be had: the transparent picture is laid over black. */
  readonly compromise: 'over-black' | null;
};

/**
 * Best first. VP9 and VP8 keep alpha as a second stream beside the picture, which only WebM can hold
 * (https://wiki.webmproject.org/alpha-channel); no codec that MP4 players understand has alpha.
 */
export const VIDEO_CODECS: Readonly<Record<RecordingFormat, readonly RecordingVideoCodec[]>> = {
  webm: ['vp9', 'vp8'],
  mp4: ['avc', 'av1', 'vp9'],
};

export const AUDIO_CODECS: Readonly<Record<RecordingFormat, readonly RecordingAudioCodec[]>> = {
  webm: ['opus'],
  mp4: ['aac', 'opus'],
};

/**
 * @param canEncode whether this browser encodes a codec at the wanted size.
 * @returns null when the format cannot be recorded at all.
 */
export function chooseCodec(
  format: RecordingFormat,
  transparent: boolean,
  canEncode: (codec: RecordingVideoCodec) => boolean,
): CodecChoice | null {
  const codec = VIDEO_CODECS[format].find(canEncode);
  if (codec === undefined) return null;
  const alpha = transparent && format === 'webm';
  return { codec, alpha, compromise: transparent && !alpha ? 'over-black' : null };
}

/** @returns null when clips of this format are silent here. */
export function chooseAudioCodec(
  format: RecordingFormat,
  canEncode: (codec: RecordingAudioCodec) => boolean,
): RecordingAudioCodec | null {
  return AUDIO_CODECS[format].find(canEncode) ?? null;
}
