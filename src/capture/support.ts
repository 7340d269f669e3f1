import { mediaDevices } from './camera.js';
import { hasTrackProcessor } from './track-feed.js';

/** What this browser can do; nothing is opened or asked for. */
export type CaptureSupport = {
  /** False: neither camera nor screen, see `insecure-page`. */
  readonly secure: boolean;
  /** VideoFrame of WebCodecs, without which nothing works. */
  readonly videoFrames: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** `stream`: camera frames never touch the page, and flow on in a hidden tab. `video`: through a hidden video element. */
  readonly trackPath: 'stream' | 'video' | 'none';
  readonly file: boolean;
  /** The sound of a file can be recorded. */
  readonly fileAudio: boolean;
};

export function captureSupport(): CaptureSupport {
  const devices = mediaDevices();
  const videoFrames = 'VideoFrame' in globalThis;
  const frameCallback = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  return {
    secure: isSecureContext,
    videoFrames,
    camera: devices !== undefined && 'getUserMedia' in devices,
    screen: devices !== undefined && 'getDisplayMedia' in devices,
    trackPath: hasTrackProcessor() ? 'stream' : frameCallback ? 'video' : 'none',
    file: videoFrames && frameCallback,
    fileAudio: 'captureStream' in HTMLMediaElement.prototype,
  };
}
