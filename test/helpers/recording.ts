import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input, type InputVideoTrack } from 'mediabunny';
import {
  createRecorder,
  type Recorder,
  type RecorderOptions,
  type RecordingFailure,
} from '../../src/record/recorder.js';
import type { Result } from '../../src/shared/errors.js';
import type { RecordedClip, RecordingProgress } from '../../src/shared/pipeline-api.js';

export const SIZE = { width: 320, height: 240 };

export type Painter = { readonly canvas: OffscreenCanvas; readonly draw: (index: number) => void };

export type Look = 'plain' | 'transparent' | 'noise';

/** A moving square on grey; or on half transparent red and nothing at all; or noise, which fills files fast. */
export function painterOf(look: Look = 'plain', size = SIZE): Painter {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  const noise = new ImageData(size.width, size.height);
  const draw = (index: number) => {
    if (look === 'noise') {
      const values = new Uint32Array(noise.data.buffer);
      let state = index + 1;
      for (let i = 0; i < values.length; i++)
        values[i] = (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) | 0xff000000;
      return context.putImageData(noise, 0, 0);
    }
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = look === 'transparent' ? 'rgba(255 0 0 / 0.5)' : '#808080';
    context.fillRect(0, 0, look === 'transparent' ? canvas.width / 2 : canvas.width, canvas.height);
    context.fillStyle = '#20c040';
    context.fillRect((index * 4) % (canvas.width - 60), 60, 60, 60);
  };
  return { canvas, draw };
}

export const optionsOf = (more: Partial<RecorderOptions> = {}): RecorderOptions => ({
  format: 'webm',
  audio: null,
  saveTo: null,
  size: SIZE,
  frameRate: 30,
  transparent: false,
  ...more,
});

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.what} ${result.problem.mend}`);
  return result.value;
}

export type Started = {
  readonly recorder: Recorder;
  readonly progress: RecordingProgress[];
  readonly failures: RecordingFailure[];
};

export async function startRecorder(more: Partial<RecorderOptions> = {}): Promise<Started> {
  const progress: RecordingProgress[] = [];
  const failures: RecordingFailure[] = [];
  const recorder = valueOf(
    await createRecorder(
      optionsOf(more),
      (each) => progress.push(each),
      (failure) => failures.push(failure),
    ),
  );
  return { recorder, progress, failures };
}

/** 30 frames a second of media time, nothing dropped. */
export async function recordFrames(recorder: Recorder, painter: Painter, count: number, firstIndex = 0): Promise<void> {
  for (let i = firstIndex; i < firstIndex + count; i++) {
    painter.draw(i);
    await recorder.addCanvasAndWait(painter.canvas, Math.round((i * 1_000_000) / 30));
  }
}

/** Shows `count` frames at 30 a second by the clock; returns how long it took, ms. */
export async function playLive(recorder: Recorder, painter: Painter, count: number): Promise<number> {
  const startMs = performance.now();
  for (let i = 0; i < count; i++) {
    painter.draw(i);
    recorder.addCanvas(painter.canvas, Math.round(performance.now() * 1000));
    await sleep(33);
  }
  return performance.now() - startMs;
}

export function fileOf(clip: RecordedClip): File {
  if (clip.file === null) throw new Error('the clip has no file');
  return clip.file;
}

export async function videoTrackOf(file: Blob): Promise<InputVideoTrack> {
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('the file has no picture');
  return track;
}

export type Packets = {
  readonly timestamps: readonly number[];
  readonly keys: readonly number[];
  readonly withAlpha: number;
};

/** What the container holds, in presentation order; seconds. */
export async function packetsOf(track: InputVideoTrack): Promise<Packets> {
  const timestamps: number[] = [];
  const keys: number[] = [];
  let withAlpha = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    timestamps.push(packet.timestamp);
    if (packet.type === 'key') keys.push(packet.timestamp);
    if (packet.sideData.alpha) withAlpha++;
  }
  return { timestamps, keys, withAlpha };
}

/** A tone as raw audio: from `delayMs` on, chunks of 10 ms as time passes, `seconds` of them. Knows which are still open. */
export function toneStream(seconds: number, delayMs = 0) {
  const sampleRate = 48_000;
  const frames = sampleRate / 100;
  const firstUs = 77_000_000;
  const made: AudioData[] = [];
  const startMs = performance.now() + delayMs;
  let cancelled = false;
  const stream = new ReadableStream<AudioData>(
    {
      async pull(controller) {
        const index = made.length;
        if (index >= seconds * 100) return controller.close();
        const dueMs = startMs + (index + 1) * 10;
        if (dueMs > performance.now()) await sleep(dueMs - performance.now());
        if (cancelled) return;
        const data = new Float32Array(frames);
        for (let i = 0; i < data.length; i++) {
          data[i] = 0.3 * Math.sin((2 * Math.PI * 440 * (index * frames + i)) / sampleRate);
        }
        const chunk = new AudioData({
          format: 'f32-planar',
          sampleRate,
          numberOfFrames: frames,
          numberOfChannels: 1,
          timestamp: firstUs + index * 10_000,
          data,
        });
        made.push(chunk);
        controller.enqueue(chunk);
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  // A closed AudioData has no format.
  return { stream, made, open: () => made.filter((chunk) => chunk.format !== null).length };
}

/** Counts every VideoFrame made on this thread until `restore`, by the constructor or by `clone`, and every one closed. */
export function countFrames() {
  const NativeFrame = globalThis.VideoFrame;
  const open = new Set<VideoFrame>();
  let opened = 0;
  const add = (frame: VideoFrame) => {
    open.add(frame);
    opened++;
    return frame;
  };
  const clone = NativeFrame.prototype.clone;
  const close = NativeFrame.prototype.close;
  NativeFrame.prototype.clone = function (this: VideoFrame) {
    return add(clone.call(this));
  };
  NativeFrame.prototype.close = function (this: VideoFrame) {
    open.delete(this);
    close.call(this);
  };
  globalThis.VideoFrame = new Proxy(NativeFrame, {
    construct: (target, args: ConstructorParameters<typeof VideoFrame>) => add(Reflect.construct(target, args)),
  });
  return {
    counts: () => ({ opened, stillOpen: open.size }),
    restore: () => {
      globalThis.VideoFrame = NativeFrame;
      NativeFrame.prototype.clone = clone;
      NativeFrame.prototype.close = close;
    },
  };
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
