import type { Problem } from '../shared/errors.js';
import type { SourceInfo } from '../shared/frame.js';
import type { FrameSource } from './frame-source.js';
import { Ending } from './signals.js';
import { openTrackFeed, type OpenFeed } from './track-feed.js';

/** The first video track of a stream as a source. Takes the stream: stopping the source stops all its tracks. */
export function takeStream(
  stream: MediaStream,
  describe: (track: MediaStreamVideoTrack) => SourceInfo,
  whenLost: (info: SourceInfo) => Problem | null,
): FrameSource {
  const track = stream.getVideoTracks()[0];
  if (track === undefined) throw new Error('The stream has no video track.');
  const info = describe(track);
  const ending = new Ending();
  let open: OpenFeed | null = null;
  let stopped = false;

  const letGo = () => {
    stopped = true;
    open?.end();
    open = null;
    for (const each of stream.getTracks()) each.stop();
  };
  // Not fired by our own stop().
  track.addEventListener('ended', () => {
    letGo();
    ending.end(whenLost(info));
  });

  return {
    info,
    audio: stream.getAudioTracks()[0] ?? null,
    playback: null,
    openFeed() {
      if (stopped) throw new Error('This source has been stopped.');
      open?.end();
      open = openTrackFeed(track);
      return open.feed;
    },
    onEnded: ending.onEnded,
    stop: letGo,
  };
}

/** What a track says about itself. Sizes are 0 where it says nothing before its first frame. */
export function trackInfo(track: MediaStreamTrack): Pick<SourceInfo, 'size' | 'frameRate'> {
  const { width = 0, height = 0, frameRate = 0 } = track.getSettings();
  return { size: { width, height }, frameRate };
}
