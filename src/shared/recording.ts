/** What this browser can record, and what an earlier visit left behind. Plain data; made in src/record, shown by the page. */
import type { RecordingFormat } from './pipeline-api.js';

/** Names as WebCodecs families, not full codec strings. */
export type RecordingVideoCodec = 'vp9' | 'vp8' | 'avc' | 'av1';
export type RecordingAudioCodec = 'opus' | 'aac';

export type RecordingFormatSupport = {
  readonly format: RecordingFormat;
  readonly videoCodec: RecordingVideoCodec;
  /** Whether a transparent background survives; where it does not, the picture is laid over black. */
  readonly alpha: boolean;
  /** Null: clips of this format are silent here. */
  readonly audioCodec: RecordingAudioCodec | null;
};

export type RecordingSupport = {
  /** Best first; empty when this browser cannot record at all. */
  readonly formats: readonly RecordingFormatSupport[];
  /** `private-disk`: length is bounded by the disk; `memory`: by memory, unless the person chooses a file. */
  readonly storage: 'private-disk' | 'memory';
};

/** A recording in the private storage of this site. */
export type StoredRecording = {
  readonly fileName: string;
  readonly bytes: number;
  /** Milliseconds since 1970 of the last write. */
  readonly modifiedMs: number;
  /** The person has a copy; the stored one goes when the next recording starts. */
  readonly saved: boolean;
};
