import {
  BlobSource,
  Input,
  MATROSKA,
  MP4,
  MPEG_TS,
  QTFF,
  VideoSampleSink,
  WEBM,
  type InputVideoTrack,
  type VideoSample,
} from 'mediabunny';

/** Containers that hold pictures. Not playlists, whose parts would be fetched. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS];

/** A video file that can be read and, by what its header says, decoded. Dispose of it. */
export type VideoFile = {
  readonly sink: VideoSampleSink;
  /** Where its first picture is, s. */
  readonly start: number;
  /** Where its last picture ends, by its table of contents, s. */
  readonly end: number;
  /** End of the longest track, s. */
  readonly duration: number;
  /** End of the sound, s; null without sound. */
  readonly soundEnd: number | null;
  readonly dispose: () => void;
};

/** @returns null for a file that is not for us: unknown container or codec, no picture, or a transparent one. Rejects on damaged bytes. */
export async function openVideoFile(file: File): Promise<VideoFile | null> {
  if (!('VideoDecoder' in globalThis)) return null;
  const input = new Input({ source: new BlobSource(file), formats: FORMATS });
  const dispose = () => input.dispose();
  try {
    const track = (await input.canRead()) ? await input.getPrimaryVideoTrack() : null;
    if (track !== null && (await isForUs(track))) {
      const sound = await input.getPrimaryAudioTrack();
      const soundEnd = sound === null ? null : await sound.computeDuration();
      const end = await track.computeDuration();
      const duration = Math.max(end, soundEnd ?? 0);
      const start = Math.max(0, await track.getFirstTimestamp());
      return { sink: new VideoSampleSink(track), start, end, duration, soundEnd, dispose };
    }
  } catch (error) {
    dispose();
    throw error;
  }
  dispose();
  return null;
}

/** A transparent picture needs a second decoder and a merge for every frame, which the browser's own player does better. */
const isForUs = async (track: InputVideoTrack): Promise<boolean> =>
  (await track.canDecode()) && !(await track.canBeTransparent());

/** Rotation (clockwise, before the flip) is not in the type library yet; browsers that do not know it leave it out. */
type TurnedInit = VideoFrameInit & { readonly rotation: number; readonly flip: boolean };

/** Makes frames of decoded pictures: upright, stamped with the media time. One per file. */
export class FrameMaker {
  #context: OffscreenCanvasRenderingContext2D | null = null;

  /** Borrows the sample. The caller owns the frame; what must be turned either says so itself, as a `<video>`'s does, or has been turned. */
  frameOf(sample: VideoSample): VideoFrame {
    const frame = sample.toVideoFrame();
    const { rotation, flip } = sample;
    if (rotation === 0 && !flip) return frame;
    try {
      const init: TurnedInit = { rotation, flip };
      const turned = new VideoFrame(frame, init);
      if (Reflect.get(turned, 'rotation') === rotation && Reflect.get(turned, 'flip') === flip) return turned;
      turned.close();
    } finally {
      frame.close();
    }
    return this.#redrawn(sample);
  }

  #redrawn(sample: VideoSample): VideoFrame {
    const { displayWidth: width, displayHeight: height } = sample;
    const context = this.#contextOf(width, height);
    sample.draw(context, 0, 0, width, height);
    const { microsecondTimestamp: timestamp, microsecondDuration: duration } = sample;
    return new VideoFrame(context.canvas, { timestamp, duration, alpha: 'discard' });
  }

  #contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
    const known = this.#context;
    if (known !== null && known.canvas.width === width && known.canvas.height === height) return known;
    // On the CPU, so that the frame is there too.
    const made = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
    if (made === null) throw new Error(`No 2D canvas of ${width}x${height} pixels.`);
    return (this.#context = made);
  }
}
