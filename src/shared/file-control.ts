import type { Size } from './geometry.js';

/** A command from the page to the worker that plays a video file. Seconds are of the file's own clock. */
export type FileCommand =
  /** The first; answered with `opened` or `refused`. */
  | { readonly kind: 'open'; readonly file: File }
  /** Comes with a MessagePort for the frames; plays, and ends the feed before it. */
  | { readonly kind: 'feed' }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'seek'; readonly seconds: number }
  | { readonly kind: 'loop'; readonly on: boolean }
  | { readonly kind: 'stop' };

/** Where a file's clock stands, or stood when it last began to run. */
export type FileClock = {
  readonly playing: boolean;
  readonly seconds: number;
  /** When it was at `seconds`, ms since 1970; null while it stands: paused, or waiting for a picture. */
  readonly since: number | null;
};

/** What the first look into a file told. */
export type FileFacts = {
  /** Of the picture as shown: upright, with square pixels. */
  readonly size: Size;
  /** End of the longest track, s. */
  readonly duration: number;
  /** End of the sound, s; null without sound. */
  readonly soundEnd: number | null;
};

/** From the worker to the page. */
export type FileReport =
  | { readonly kind: 'opened'; readonly facts: FileFacts }
  /** Not a file that can be read and decoded here; the worker does nothing more. */
  | { readonly kind: 'refused' }
  /** After every change and some times a second. `heard`: how many commands came before it. */
  | { readonly kind: 'clock'; readonly clock: FileClock; readonly heard: number }
  /** The last report: the file could not be decoded, or (`unreadable`) no longer be read. */
  | { readonly kind: 'broken'; readonly message: string; readonly unreadable: boolean };

/** The time on a clock now, s. */
export const timeOn = ({ seconds, since }: FileClock): number =>
  since === null ? seconds : seconds + (performance.timeOrigin + performance.now() - since) / 1000;
