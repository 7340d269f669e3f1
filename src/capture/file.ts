import { ok, type Result } from '../shared/errors.js';
import { openDecoded } from './file-decoder.js';
import { openInElement } from './file-element.js';
import type { FrameSource } from './frame-source.js';

/**
 * Opens a video file; its first frame is ready when this resolves. Rejects only with the signal's reason.
 * Decoded by ourselves where that can be done, as such frames lie in memory, where everything else reads them cheaply. What a `<video>`
 * gives lies on the GPU; it takes the other files, and knows what is wrong with those that nobody can play.
 */
export async function openFile(file: File, signal: AbortSignal): Promise<Result<FrameSource>> {
  const decoded = await openDecoded(file, signal);
  return decoded === null ? openInElement(file, signal) : ok(decoded);
}
