import { ok, type Result } from '../shared/errors.js';
import { mediaDevices } from './camera.js';
import type { FrameSource } from './frame-source.js';
import { takeStream, trackInfo } from './live-source.js';
import { noMediaDevices, screenProblem } from './problems.js';

/**
 * Lets the person choose a screen, a window or a tab, with its sound where the browser offers that. Rejects only with the signal's
 * reason. Ends without a problem when the person stops sharing.
 */
export async function openScreen(signal: AbortSignal): Promise<Result<FrameSource>> {
  signal.throwIfAborted();
  const devices = mediaDevices();
  if (devices === undefined || !('getDisplayMedia' in devices))
    return { ok: false, problem: noMediaDevices(isSecureContext) };
  let stream: MediaStream;
  try {
    stream = await devices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true });
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, problem: screenProblem(error) };
  }
  if (signal.aborted) {
    for (const track of stream.getTracks()) track.stop();
    signal.throwIfAborted();
  }
  const describe = (track: MediaStreamTrack) =>
    ({ kind: 'screen', label: screenLabel(track), ...trackInfo(track), mirrored: false }) as const;
  return ok(takeStream(stream, describe, () => null));
}

/** Chromium's labels are internal ids such as "screen:0:0". */
function screenLabel(track: MediaStreamTrack): string {
  switch (track.getSettings().displaySurface) {
    case 'browser':
      return 'Tab';
    case 'window':
      return 'Window';
    default:
      return 'Screen';
  }
}
