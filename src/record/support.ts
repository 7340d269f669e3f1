import type { Size } from '../shared/geometry.js';
import type { RecordingFormat } from '../shared/pipeline-api.js';
import type { RecordingFormatSupport, RecordingSupport } from '../shared/recording.js';
import { findAudioCodec, findCodec } from './encodable.js';
import { evenSize } from './frame-maker.js';

const FORMATS: readonly RecordingFormat[] = ['webm', 'mp4'];

/** What this browser can record at a size, pixels. Never throws: a browser without WebCodecs supports nothing. */
export async function recordingSupport(size: Size = { width: 1280, height: 720 }): Promise<RecordingSupport> {
  const formats = await Promise.all(FORMATS.map((format) => formatSupport(format, evenSize(size))));
  return {
    formats: formats.filter((support) => support !== null),
    storage: 'storage' in navigator && 'getDirectory' in navigator.storage ? 'private-disk' : 'memory',
  };
}

async function formatSupport(format: RecordingFormat, size: Size): Promise<RecordingFormatSupport | null> {
  const choice = await findCodec(format, true, size);
  if (choice === null) return null;
  return { format, videoCodec: choice.codec, alpha: choice.alpha, audioCodec: await findAudioCodec(format) };
}
