const isAudio = (track: MediaStreamTrack): track is MediaStreamAudioTrack => track.kind === 'audio';

/**
 * Raw audio of a track, to be transferred to the recorder; the page never touches it. Whoever reads a chunk closes it.
 * The track stays the caller's: stop it (or a clone made for this purpose) when the recording is over.
 * @returns null for a track that has ended, and where the browser has no MediaStreamTrackProcessor for audio (Firefox, Safari):
 * clips are silent there.
 */
export function audioStreamOf(track: MediaStreamTrack): ReadableStream<AudioData> | null {
  if (!isAudio(track) || track.readyState !== 'live' || !('MediaStreamTrackProcessor' in globalThis)) return null;
  return new MediaStreamTrackProcessor({ track }).readable;
}
