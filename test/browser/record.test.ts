import { CanvasSink } from 'mediabunny';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { recordingSupport } from '../../src/record/support.js';
import { createRecorder } from '../../src/record/recorder.js';
import { forgetRecordings, listRecordings } from '../../src/record/stored-recordings.js';
import {
  countFrames,
  fileOf,
  optionsOf,
  packetsOf,
  painterOf,
  playLive,
  recordFrames,
  SIZE,
  sleep,
  startRecorder,
  toneStream,
  valueOf,
  videoTrackOf,
} from '../helpers/recording.js';

const FRAME_S = 1 / 30;

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await forgetRecordings();
});

describe('a recording that nothing disturbs', () => {
  it.each([
    { format: 'webm', codec: 'vp9' },
    { format: 'mp4', codec: 'avc' },
  ] as const)('of 60 frames is a $format file with 60 frames of $codec in two seconds', async ({ format, codec }) => {
    const { recorder, progress } = await startRecorder({ format });
    await recordFrames(recorder, painterOf(), 60);
    const clip = valueOf(await recorder.stop());
    const file = fileOf(clip);
    const track = await videoTrackOf(file);
    const packets = await packetsOf(track);
    expect(await track.getCodec()).toBe(codec);
    expect([await track.getCodedWidth(), await track.getCodedHeight()]).toEqual([SIZE.width, SIZE.height]);
    expect(packets.timestamps).toHaveLength(60);
    expect(Math.abs((await track.computeDuration()) - 2)).toBeLessThanOrEqual(FRAME_S);
    expect(Math.abs(clip.durationMs / 1000 - 2)).toBeLessThanOrEqual(FRAME_S);
    expect(clip).toMatchObject({ frames: 60, droppedFrames: 0, bytes: file.size });
    expect(clip.mimeType.startsWith(`video/${format}`)).toBe(true);
    expect(file.name).toBe(clip.fileName);
    expect(progress.map((each) => each.state)).toEqual(expect.arrayContaining(['recording', 'finishing', 'idle']));
  });

  it('has a key frame about every two seconds', async () => {
    const { recorder } = await startRecorder();
    await recordFrames(recorder, painterOf(), 135);
    const { keys } = await packetsOf(await videoTrackOf(fileOf(valueOf(await recorder.stop()))));
    expect(keys).toHaveLength(3);
    keys.forEach((at, i) => expect(Math.abs(at - 2 * i)).toBeLessThanOrEqual(FRAME_S));
  });

  it('is played by the browser itself, which knows its length', async () => {
    for (const format of ['webm', 'mp4'] as const) {
      const { recorder } = await startRecorder({ format });
      await recordFrames(recorder, painterOf(), 60);
      const url = URL.createObjectURL(fileOf(valueOf(await recorder.stop())));
      const video = document.createElement('video');
      video.muted = true;
      video.src = url;
      await video.play();
      expect([video.videoWidth, video.videoHeight]).toEqual([SIZE.width, SIZE.height]);
      expect(Math.abs(video.duration - 2)).toBeLessThanOrEqual(2 * FRAME_S);
      video.pause();
      video.removeAttribute('src');
      URL.revokeObjectURL(url);
    }
  });
});

describe('transparency', () => {
  it('survives in WebM: colours are straight, alpha is as drawn', async () => {
    // The production page's Content-Security-Policy allows no worker from a blob URL.
    const workers = vi.fn();
    vi.stubGlobal('Worker', workers);
    const { recorder } = await startRecorder({ transparent: true });
    expect(recorder.plan).toMatchObject({ codec: 'vp9', alpha: true, compromise: null });
    await recordFrames(recorder, painterOf('transparent'), 20);
    expect(workers).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
    const track = await videoTrackOf(fileOf(valueOf(await recorder.stop())));
    expect(await track.canBeTransparent()).toBe(true);
    expect((await packetsOf(track)).withAlpha).toBe(20);
    const pixels = await pixelsAt(track, 0.4);
    expectNear(pixels.at(20, 200), [255, 0, 0, 128]);
    expectNear(pixels.at(300, 20).slice(3), [0]);
    expectNear(pixels.at(60 + 12 * 4 - 30, 90), [32, 192, 64, 255]);
  });

  it('is laid over black in MP4', async () => {
    const { recorder } = await startRecorder({ transparent: true, format: 'mp4' });
    expect(recorder.plan).toMatchObject({ alpha: false, compromise: 'over-black' });
    await recordFrames(recorder, painterOf('transparent'), 20);
    const pixels = await pixelsAt(await videoTrackOf(fileOf(valueOf(await recorder.stop()))), 0.4);
    expectNear(pixels.at(20, 200), [128, 0, 0, 255]);
    expectNear(pixels.at(300, 20), [0, 0, 0, 255]);
  });
});

describe('a WebGL canvas, as the compositor draws it', () => {
  it.each([
    { format: 'webm', seen: [255, 0, 0, 128] },
    { format: 'mp4', seen: [128, 0, 0, 255] },
  ] as const)(
    'is recorded in $format with its premultiplied colours told apart from its alpha',
    async ({ format, seen }) => {
      const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
      const gl = canvas.getContext('webgl2');
      if (gl === null) throw new Error('no WebGL2');
      const { recorder } = await startRecorder({ format, transparent: true });
      for (let i = 0; i < 8; i++) {
        gl.clearColor(0.5, 0, 0, 0.5);
        gl.clear(gl.COLOR_BUFFER_BIT);
        await recorder.addCanvasAndWait(canvas, i * 33_333);
      }
      const track = await videoTrackOf(fileOf(valueOf(await recorder.stop())));
      expectNear((await pixelsAt(track, 0.1)).at(100, 100), seen);
    },
  );
});

describe('time', () => {
  it('goes on evenly when the source jumps back or far ahead', async () => {
    const { recorder } = await startRecorder();
    const painter = painterOf();
    const sourceSeconds = [...range(10, 5), ...range(10, 0), ...range(10, 400)];
    for (const [i, seconds] of sourceSeconds.entries()) {
      painter.draw(i);
      await recorder.addCanvasAndWait(painter.canvas, Math.round(seconds * 1_000_000));
    }
    const { timestamps } = await packetsOf(await videoTrackOf(fileOf(valueOf(await recorder.stop()))));
    expect(timestamps).toHaveLength(30);
    timestamps.forEach((at, i) => expect(Math.abs(at - i * FRAME_S)).toBeLessThan(0.002));
  });

  it('leaves a pause out, live', async () => {
    const { recorder, progress } = await startRecorder();
    const painter = painterOf();
    const shownMs = await playLive(recorder, painter, 12);
    recorder.pause();
    await playLive(recorder, painter, 3);
    await sleep(700);
    recorder.resume();
    const shownAfterMs = await playLive(recorder, painter, 12);
    const clip = valueOf(await recorder.stop());
    const { timestamps } = await packetsOf(await videoTrackOf(fileOf(clip)));
    expect(timestamps).toHaveLength(24);
    expect(Math.max(...steps(timestamps))).toBeLessThan(0.7);
    expect(clip.durationMs).toBeLessThan(shownMs + shownAfterMs + 200);
    expect(progress.some((each) => each.state === 'paused')).toBe(true);
  });
});

describe('a recorder that cannot keep up', () => {
  it('drops live frames, counts them, and never holds more than a few', async () => {
    const counter = countFrames();
    try {
      const { recorder } = await startRecorder({ size: { width: 1280, height: 720 } });
      const painter = painterOf('plain', { width: 1280, height: 720 });
      for (let i = 0; i < 200; i++) {
        painter.draw(i);
        recorder.addCanvas(painter.canvas, i * 33_333);
      }
      expect(counter.counts().stillOpen).toBeLessThanOrEqual(16);
      const clip = valueOf(await recorder.stop());
      expect(clip.frames).toBeLessThan(100);
      expect(clip.frames).toBeGreaterThan(0);
      expect(clip.frames + clip.droppedFrames).toBe(200);
      expect(counter.counts().stillOpen).toBe(0);
    } finally {
      counter.restore();
    }
  });
});

describe('size', () => {
  it('stays that of the first frame; a picture of another shape is fitted inside', async () => {
    const { recorder } = await startRecorder();
    await recordFrames(recorder, painterOf(), 5);
    await recordFrames(recorder, painterOf('plain', { width: 200, height: 240 }), 10, 5);
    await recordFrames(recorder, painterOf(), 5, 15);
    const track = await videoTrackOf(fileOf(valueOf(await recorder.stop())));
    expect((await packetsOf(track)).timestamps).toHaveLength(20);
    const during = await pixelsAt(track, 10 * FRAME_S);
    expect(during.size).toEqual(SIZE);
    expectNear(during.at(10, 200), [0, 0, 0, 255]);
    expectNear(during.at(250, 200), [128, 128, 128, 255]);
    expectNear((await pixelsAt(track, 18 * FRAME_S)).at(10, 200), [128, 128, 128, 255]);
  });

  it('is made even, which H.264 needs', async () => {
    const { recorder } = await startRecorder({ format: 'mp4', size: { width: 321, height: 241 } });
    await recordFrames(recorder, painterOf('plain', { width: 321, height: 241 }), 5);
    const track = await videoTrackOf(fileOf(valueOf(await recorder.stop())));
    expect([await track.getCodedWidth(), await track.getCodedHeight()]).toEqual([320, 240]);
  });
});

describe('a broken encoder', () => {
  it('ends the recording with a problem; what was encoded before is a complete clip', async () => {
    const encode = VideoEncoder.prototype.encode;
    let calls = 0;
    vi.spyOn(VideoEncoder.prototype, 'encode').mockImplementation(function (this: VideoEncoder, ...given) {
      if (++calls > 40) throw new DOMException('the device is gone', 'OperationError');
      encode.apply(this, given);
    });
    const { recorder, failures } = await startRecorder();
    await recordFrames(recorder, painterOf(), 60);
    const result = await recorder.stop();
    expect(result.ok ? null : result.problem.what).toContain('the device is gone');
    expect(failures).toHaveLength(1);
    const kept = failures[0]?.kept;
    if (!kept) throw new Error('nothing was kept');
    expect((await packetsOf(await videoTrackOf(fileOf(kept)))).timestamps).toHaveLength(40);
  });

  it('that takes nothing at all leaves no file', async () => {
    vi.spyOn(VideoEncoder.prototype, 'encode').mockImplementation(() => {
      throw new DOMException('the device is gone', 'OperationError');
    });
    const { recorder, failures } = await startRecorder();
    await recordFrames(recorder, painterOf(), 3);
    const result = await recorder.stop();
    expect(result.ok ? null : result.problem.code).toBe('recording-failed');
    expect(failures.map((failure) => failure.kept)).toEqual([null]);
    expect(await listRecordings()).toEqual([]);
  });

  it('that reports its end later leaves what had reached the disk', async () => {
    const reportError: ((error: DOMException) => void)[] = [];
    vi.stubGlobal(
      'VideoEncoder',
      new Proxy(VideoEncoder, {
        construct(target, [init]: ConstructorParameters<typeof VideoEncoder>) {
          reportError.push(init.error);
          return new target(init);
        },
      }),
    );
    const { recorder, failures } = await startRecorder({ format: 'mp4' });
    await recordFrames(recorder, painterOf('noise'), 150);
    reportError[0]?.(new DOMException('the device is gone', 'OperationError'));
    await recordFrames(recorder, painterOf('noise'), 10, 150);
    expect((await recorder.stop()).ok).toBe(false);
    expect(failures).toHaveLength(1);
    const kept = failures[0]?.kept;
    if (!kept) throw new Error('nothing was kept');
    expect((await packetsOf(await videoTrackOf(fileOf(kept)))).timestamps.length).toBeGreaterThan(30);
  });
});

describe('a recording without a picture', () => {
  it('says so, keeps no file and lets go of the sound', async () => {
    const tone = toneStream(10);
    const { recorder } = await startRecorder({ audio: tone.stream });
    await sleep(60);
    const result = await recorder.stop();
    expect(result.ok ? null : result.problem.code).toBe('no-picture-yet');
    expect(tone.open()).toBe(0);
    expect(await recorder.stop()).toEqual(result);
  });
});

it('closes every frame it makes, in WebM, with alpha, in MP4, and when cancelled', async () => {
  const counter = countFrames();
  try {
    for (const more of [{}, { transparent: true }, { format: 'mp4' as const, transparent: true }]) {
      const { recorder } = await startRecorder(more);
      await recordFrames(recorder, painterOf(more.transparent ? 'transparent' : 'plain'), 15);
      valueOf(await recorder.stop());
    }
    const { recorder } = await startRecorder({ transparent: true });
    const painter = painterOf('transparent');
    for (let i = 0; i < 5; i++) {
      painter.draw(i);
      recorder.addCanvas(painter.canvas, i * 33_333);
    }
    await recorder.cancel();
    const { opened, stillOpen } = counter.counts();
    expect(opened).toBeGreaterThanOrEqual(50);
    expect(stillOpen).toBe(0);
  } finally {
    counter.restore();
  }
});

describe('what this browser can record', () => {
  it('is told as data, best first', async () => {
    const { formats, storage } = await recordingSupport();
    const [webm, mp4] = formats;
    expect(formats).toHaveLength(2);
    expect(webm).toEqual({ format: 'webm', videoCodec: 'vp9', alpha: true, audioCodec: 'opus' });
    expect(mp4).toMatchObject({ format: 'mp4', videoCodec: 'avc', alpha: false });
    expect(mp4?.audioCodec).toMatch(/^(aac|opus)$/);
    expect(storage).toBe('private-disk');
  });

  it('is nothing without WebCodecs, and a recording is refused with a problem', async () => {
    vi.stubGlobal('VideoEncoder', undefined);
    const size = { width: 322, height: 242 };
    expect((await recordingSupport(size)).formats).toEqual([]);
    const tone = toneStream(1);
    const result = await createRecorder(optionsOf({ size, audio: tone.stream }), () => undefined);
    expect(result.ok ? null : result.problem.code).toBe('recording-unsupported');
    expect(tone.open()).toBe(0);
  });
});

const range = (count: number, fromSeconds: number) =>
  Array.from({ length: count }, (_, i) => fromSeconds + i * FRAME_S);
const steps = (times: readonly number[]) => times.slice(1).map((at, i) => at - times[i]!);

async function pixelsAt(track: Awaited<ReturnType<typeof videoTrackOf>>, seconds: number) {
  const wrapped = await new CanvasSink(track, { alpha: true }).getCanvas(seconds);
  if (wrapped === null) throw new Error(`no picture at ${String(seconds)} s`);
  const { width, height } = wrapped.canvas;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  context.drawImage(wrapped.canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return {
    size: { width, height },
    at: (x: number, y: number) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)],
  };
}

function expectNear(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((value, i) =>
    expect(Math.abs(value - wanted[i]!), `${String(actual)} is not near ${String(wanted)}`).toBeLessThan(16),
  );
}
