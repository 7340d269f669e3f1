import type { FrameSource } from '../capture/frame-source.js';
import type { Result } from '../shared/errors.js';

/** What the person asks for. */
export type SourceRequest =
  | {
      readonly kind: 'camera';
      /** Null for the browser's choice. */
      readonly deviceId: string | null;
      /** Wished-for lines, of which the camera gives what is nearest; null for what suits this machine. */
      readonly height: number | null;
    }
  | { readonly kind: 'screen' }
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'sample' };

export const DEFAULT_CAMERA: SourceRequest = { kind: 'camera', deviceId: null, height: null };

/** Opens a source; rejects only when `signal` is aborted. `microphone`: with sound where the source is a camera. */
export type OpenSource = (
  request: SourceRequest,
  microphone: boolean,
  signal: AbortSignal,
) => Promise<Result<FrameSource>>;
