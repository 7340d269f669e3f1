import type { FrameFeed } from '../shared/frame.js';
import { makeVideo } from './video-element.js';
import { VideoFeed } from './video-feed.js';

/** A feed that can be ended from the page. */
export type OpenFeed = { readonly feed: FrameFeed; end(): void };

export const hasTrackProcessor = (): boolean => 'MediaStreamTrackProcessor' in globalThis;

/** Frames of a live track by the best way that this browser has. The track itself stays the caller's. */
export const openTrackFeed = (track: MediaStreamVideoTrack): OpenFeed =>
  hasTrackProcessor() ? processTrack(track) : watchTrack(track);

/** A stream that goes to the worker as it is: the page sees no frame, and a hidden page slows nothing down. */
export function processTrack(track: MediaStreamVideoTrack): OpenFeed {
  // A clone, because stopping it is the only way to end the stream from here once it is transferred.
  const own = track.clone();
  const processor = new MediaStreamTrackProcessor({ track: own });
  return { feed: { kind: 'stream', stream: processor.readable }, end: () => own.stop() };
}

/** The way for browsers without MediaStreamTrackProcessor: a video element that is never shown. */
export function watchTrack(track: MediaStreamTrack): OpenFeed {
  const video = makeVideo();
  video.srcObject = new MediaStream([track]);
  const frames = new VideoFeed(video, 'arrival');
  const end = () => {
    frames.end();
    video.srcObject = null;
  };
  // Rejects only when `end` comes first, or when the track has ended, which its source reports.
  video.play().catch(() => undefined);
  return { feed: frames.feed, end };
}
