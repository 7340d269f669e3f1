import { Mp4OutputFormat, type OutputFormat, WebMOutputFormat } from 'mediabunny';
import type { RecordingFormat } from '../shared/pipeline-api.js';

/** WebM in clusters, MP4 in fragments: what has reached the disk plays, even when the end was never written. */
export const outputFormatOf = (format: RecordingFormat): OutputFormat =>
  format === 'webm' ? new WebMOutputFormat() : new Mp4OutputFormat({ fastStart: 'fragmented' });
