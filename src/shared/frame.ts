import type { Size } from './geometry.js';

/**
 * How frames reach the pipeline worker. Whoever reads a frame from it owns that frame and closes it.
 * - `stream`: a transferable stream straight from MediaStreamTrackProcessor; the page never touches a frame.
 * - `port`: frames are posted (transferred) one by one as {@link FrameMessage}.
 */
export type FrameFeed =
  | { readonly kind: 'stream'; readonly stream: ReadableStream<VideoFrame> }
  | { readonly kind: 'port'; readonly port: MessagePort };

/**
 * From the source to the reader. `end` is the last message. Timestamps grow from frame to frame, except where a file or the sample
 * is sought or starts over: a timestamp that goes back is a cut.
 */
export type FrameMessage = { readonly kind: 'frame'; readonly frame: VideoFrame } | { readonly kind: 'end' };

/**
 * From the reader back to the source: one for every frame received. At most two frames are under way without one; what comes
 * meanwhile replaces what waits, so neither side ever queues.
 */
export type FrameAck = { readonly kind: 'taken' };

export type SourceKind = 'camera' | 'screen' | 'file' | 'sample';

/** What the pipeline and the UI need to know about where frames come from. */
export type SourceInfo = {
  readonly kind: SourceKind;
  readonly label: string;
  readonly size: Size;
  /** Nominal frames per second; 0 when the source does not say. */
  readonly frameRate: number;
  /** Shown as in a mirror (user-facing camera). Frames, masks and recordings are never mirrored. */
  readonly mirrored: boolean;
};

/** Pixels of one viewport of one frame: RGBA, 8 bit, row-major, `height * width * 4` bytes, never premultiplied or mirrored. */
export type PixelView = Size & {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly viewport: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly timestampUs: number;
};
