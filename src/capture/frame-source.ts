import type { Problem } from '../shared/errors.js';
import type { FrameFeed, SourceInfo } from '../shared/frame.js';

/** Controls of a source that has a beginning and an end. Times in seconds of the file's (or the sample's) own clock. */
export interface Playback {
  readonly playing: boolean;
  readonly time: number;
  /** Infinity when the file does not say. */
  readonly duration: number;
  /** Begin again at the end (the default). Otherwise it pauses on the last frame. */
  loop: boolean;
  play(): void;
  pause(): void;
  /** Shows the frame at `time`, also while paused. */
  seek(time: number): void;
  /** Calls back after every change of what stands above. @returns the unsubscription */
  onChange(listener: () => void): () => void;
}

/**
 * Where frames come from. Frames go straight into the feed; none is ever held on the page.
 * Timestamps are µs: of the capture clock for live sources, of the media for the file (they go back on a loop or a seek, which the
 * pipeline takes for a cut), of the frame count for the sample.
 */
export interface FrameSource {
  /** `size` as announced on opening; a phone that is turned, or a window that is resized, changes the frames' own size. */
  readonly info: SourceInfo;
  /** Sound to record, or null. It belongs to the source and ends with it. */
  readonly audio: MediaStreamTrack | null;
  readonly playback: Playback | null;
  /** Frames start to flow; a file and the sample start to play. Another call ends the feed before. Throws once stopped. */
  openFeed(): FrameFeed;
  /** Calls back once if the source ends by itself: with a problem, or with null when somebody wanted it. @returns the unsubscription */
  onEnded(listener: (problem: Problem | null) => void): () => void;
  /** Ends the feed and lets the device go. Again: nothing. Does not call `onEnded`. */
  stop(): void;
}
