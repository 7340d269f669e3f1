import { canEncodeAudio, canEncodeVideo, Quality } from 'mediabunny';
import type { Size } from '../shared/geometry.js';
import type { RecordingFormat } from '../shared/pipeline-api.js';
import type { RecordingAudioCodec } from '../shared/recording.js';
import { AUDIO_QUALITY, COMMON_SHAPE } from './audio-track.js';
import { AUDIO_CODECS, chooseAudioCodec, chooseCodec, type CodecChoice, VIDEO_CODECS } from './choose-codec.js';

/** By bitrate, not by quantizer: a noisy camera must not fill the disk. Measured by mediabunny from size and codec. */
export const VIDEO_QUALITY = new Quality({ quality: 'high', preferBitrate: true });

export async function findCodec(
  format: RecordingFormat,
  transparent: boolean,
  size: Size,
): Promise<CodecChoice | null> {
  const able = await those(VIDEO_CODECS[format], (codec) => canEncodeVideo(codec, { ...size, quality: VIDEO_QUALITY }));
  return chooseCodec(format, transparent, (codec) => able.includes(codec));
}

export async function findAudioCodec(format: RecordingFormat): Promise<RecordingAudioCodec | null> {
  const shape = { sampleRate: COMMON_SHAPE.sampleRate, numberOfChannels: COMMON_SHAPE.channels };
  const able = await those(AUDIO_CODECS[format], (codec) =>
    canEncodeAudio(codec, { ...shape, quality: AUDIO_QUALITY }),
  );
  return chooseAudioCodec(format, (codec) => able.includes(codec));
}

async function those<T>(all: readonly T[], test: (one: T) => Promise<boolean>): Promise<readonly T[]> {
  const results = await Promise.all(all.map(test));
  return all.filter((_, index) => results[index]);
}
