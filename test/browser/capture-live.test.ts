import { afterEach, describe, expect, it, vi } from 'vitest';
import { listCameras, openCamera } from '../../src/capture/camera.js';
import { openScreen } from '../../src/capture/screen.js';
import { captureSupport } from '../../src/capture/support.js';
import { processTrack, watchTrack } from '../../src/capture/track-feed.js';
import { FrameSender } from '../../src/shared/frame-sender.js';
import type { FrameMessage } from '../../src/shared/frame.js';
import { FeedReader, increasing, valueOf } from '../helpers/feed-reader.js';

const never = new AbortController().signal;

afterEach(() => void vi.restoreAllMocks());

/** The way a browser without MediaStreamTrackProcessor takes. */
async function withoutTrackProcessor<T>(run: () => Promise<T>): Promise<T> {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'MediaStreamTrackProcessor');
  if (descriptor === undefined) throw new Error('This browser has none to take away.');
  Reflect.deleteProperty(globalThis, 'MediaStreamTrackProcessor');
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, 'MediaStreamTrackProcessor', descriptor);
  }
}

describe('the camera', () => {
  it('is listed, opens as asked, and sends frames as a stream until it is stopped', async () => {
    const source = valueOf(await openCamera({ width: 320, height: 240, audio: true }, never));
    expect(source.info).toMatchObject({ kind: 'camera', size: { width: 320, height: 240 }, mirrored: true });
    expect(source.info.label).not.toBe('');
    expect(source.audio?.readyState).toBe('live');
    const cameras = await listCameras();
    expect(cameras.map(({ label }) => label)).toContain(source.info.label);

    const ended = vi.fn();
    source.onEnded(ended);
    const feed = source.openFeed();
    expect(feed.kind).toBe('stream');
    const reader = new FeedReader(feed);
    const seen = await reader.count(10);
    expect(increasing(seen)).toBe(true);
    expect(seen[0]).toMatchObject({ width: 320, height: 240 });
    source.stop();
    source.stop();
    await reader.ended;
    expect(reader.seen.every(({ closed }) => closed)).toBe(true);
    expect(source.audio?.readyState).toBe('ended');
    expect(ended).not.toHaveBeenCalled();
    expect(() => source.openFeed()).toThrow();
  });

  it('sends frames through a video element where there is no MediaStreamTrackProcessor', async () => {
    await withoutTrackProcessor(async () => {
      expect(captureSupport().trackPath).toBe('video');
      const source = valueOf(await openCamera({ width: 320, height: 240 }, never));
      const feed = source.openFeed();
      expect(feed.kind).toBe('port');
      const reader = new FeedReader(feed);
      const seen = await reader.count(10);
      expect(increasing(seen)).toBe(true);
      expect(seen[0]).toMatchObject({ width: 320, height: 240 });
      source.stop();
      await reader.ended;
      expect(reader.seen.every(({ closed }) => closed)).toBe(true);
    });
    expect(captureSupport().trackPath).toBe('stream');
  });

  it.each([
    ['processTrack', processTrack],
    ['watchTrack', watchTrack],
  ] as const)('%s ends its feed and leaves the track alone', async (_, open) => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const track = stream.getVideoTracks()[0]!;
    const { feed, end } = open(track);
    const reader = new FeedReader(feed);
    await reader.count(3);
    end();
    await reader.ended;
    expect(track.readyState).toBe('live');
    track.stop();
  });

  it('can open another feed, which ends the one before', async () => {
    const source = valueOf(await openCamera({}, never));
    const first = new FeedReader(source.openFeed());
    await first.count(2);
    const second = new FeedReader(source.openFeed());
    await first.ended;
    await second.count(2);
    source.stop();
    await second.ended;
  });

  it('that is taken away ends its feed and says so, even to who listens late', async () => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    let stream: MediaStream | undefined;
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (asked) => (stream = await real(asked)));
    const source = valueOf(await openCamera({}, never));
    const problem = new Promise((resolve) => source.onEnded(resolve));
    const reader = new FeedReader(source.openFeed());
    await reader.count(2);
    // What the browser does when the cable is pulled.
    const track = stream!.getVideoTracks()[0]!;
    track.dispatchEvent(new Event('ended'));
    expect(await problem).toMatchObject({ code: 'camera-lost' });
    await reader.ended;
    expect(await new Promise((resolve) => source.onEnded(resolve))).toMatchObject({ code: 'camera-lost' });
  });

  it.each([
    ['NotAllowedError', 'camera-denied'],
    ['NotFoundError', 'camera-none'],
    ['NotReadableError', 'camera-busy'],
    ['SecurityError', 'camera-denied'],
  ])('that rejects with %s is %s', async (name, code) => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException('no', name));
    expect(await openCamera({}, never)).toMatchObject({ ok: false, problem: { code } });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('that cannot do what was asked is asked once more for anything', async () => {
    const gone = valueOf(await openCamera({ deviceId: 'no such camera' }, never));
    expect(gone.info.size.width).toBeGreaterThan(0);
    gone.stop();

    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia');
    asked.mockRejectedValue(new OverconstrainedError('deviceId'));
    expect(await openCamera({ deviceId: 'x' }, never)).toMatchObject({ ok: false, problem: { code: 'camera-none' } });
    expect(asked.mock.calls.map(([constraints]) => constraints?.video === true)).toEqual([false, true]);
  });

  it('opens silent when there is no microphone', async () => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation((asked) =>
      asked?.audio === true ? Promise.reject(new DOMException('none', 'NotFoundError')) : real(asked),
    );
    const source = valueOf(await openCamera({ audio: true }, never));
    expect(source.audio).toBeNull();
    source.stop();
  });

  it('lets the camera go when the wish is withdrawn meanwhile', async () => {
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const controller = new AbortController();
    let stream: MediaStream | undefined;
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (asked) => {
      stream = await real(asked);
      controller.abort();
      return stream;
    });
    await expect(openCamera({}, controller.signal)).rejects.toThrow('abort');
    expect(stream!.getTracks().map((track) => track.readyState)).toEqual(['ended']);
    await expect(openCamera({}, controller.signal)).rejects.toThrow('abort');
  });

  it('is hidden from pages that are not secure', async () => {
    const descriptor = Object.getOwnPropertyDescriptor(Navigator.prototype, 'mediaDevices');
    if (descriptor === undefined) throw new Error('navigator.mediaDevices is not where it should be.');
    Reflect.deleteProperty(Navigator.prototype, 'mediaDevices');
    try {
      // This page is secure, so it is the browser's lack here; the sentence for insecure pages has its unit test.
      expect(await openCamera({}, never)).toMatchObject({ ok: false, problem: { code: 'capture-failed' } });
      expect(await openScreen(never)).toMatchObject({ ok: false, problem: { code: 'capture-failed' } });
      expect(await listCameras()).toEqual([]);
      expect(captureSupport()).toMatchObject({ camera: false, screen: false, file: true });
    } finally {
      Object.defineProperty(Navigator.prototype, 'mediaDevices', descriptor);
    }
  });
});

describe('the screen', () => {
  it('is a source that ends without a problem when sharing is stopped', async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 48;
    const context = canvas.getContext('2d')!;
    const paint = setInterval(() => {
      context.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
      context.fillRect(0, 0, 64, 48);
    }, 20);
    const stream = canvas.captureStream(30);
    vi.spyOn(navigator.mediaDevices, 'getDisplayMedia').mockResolvedValue(stream);
    try {
      const source = valueOf(await openScreen(never));
      expect(source.info).toMatchObject({ kind: 'screen', label: 'Screen', mirrored: false });
      const reader = new FeedReader(source.openFeed());
      expect(increasing(await reader.count(3))).toBe(true);
      const problem = new Promise((resolve) => source.onEnded(resolve));
      stream.getVideoTracks()[0]!.dispatchEvent(new Event('ended'));
      expect(await problem).toBeNull();
      await reader.ended;
    } finally {
      clearInterval(paint);
    }
  });

  it('that nobody chose is a problem', async () => {
    vi.spyOn(navigator.mediaDevices, 'getDisplayMedia').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    expect(await openScreen(never)).toMatchObject({ ok: false, problem: { code: 'screen-denied' } });
  });
});

describe('a port feed', () => {
  const frameAt = (timestamp: number) =>
    new VideoFrame(new Uint8Array(16), { format: 'RGBA', codedWidth: 2, codedHeight: 2, timestamp });

  it('has two frames under way at most; of the others the newest goes next and the rest are closed', async () => {
    const { port1, port2 } = new MessageChannel();
    const sender = new FrameSender(port1);
    const arrived: number[] = [];
    let over = false;
    const message = () =>
      new Promise<void>((resolve) => {
        port2.onmessage = ({ data }: MessageEvent<FrameMessage>) => {
          if (data.kind === 'end') over = true;
          else {
            arrived.push(data.frame.timestamp);
            data.frame.close();
          }
          resolve();
        };
      });
    const frames = [1, 2, 3, 4, 5].map(frameAt);
    const second = message().then(message);
    for (const frame of frames) sender.takeFrame(frame);
    await second;
    expect(arrived).toEqual([1, 2]);
    // Sent ones are detached here, replaced ones closed; only the newest is still held.
    expect(frames.map((frame) => frame.format === null)).toEqual([true, true, true, true, false]);
    const third = message();
    port2.postMessage({ kind: 'taken' });
    await third;
    expect(arrived).toEqual([1, 2, 5]);
    const end = message();
    const late = frameAt(6);
    sender.takeFrame(late);
    sender.end();
    await end;
    expect(over).toBe(true);
    expect(late.format).toBeNull();
    expect(arrived).toEqual([1, 2, 5]);
  });
});
