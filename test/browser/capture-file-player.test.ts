import { BufferTarget, Mp4OutputFormat, Output, VideoSample, VideoSampleSource, WebMOutputFormat } from 'mediabunny';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDecoded } from '../../src/capture/file-decoder.js';
import { openInElement } from '../../src/capture/file-element.js';
import { openFile } from '../../src/capture/file.js';
import type { FileReport } from '../../src/shared/file-control.js';
import { FilePlayer } from '../../src/workers/file-player.js';
import { encodeClip } from '../helpers/encode-clip.js';
import { FeedReader, increasing, valueOf } from '../helpers/feed-reader.js';

const never = new AbortController().signal;
const PLAN = { frames: 60, frameRate: 30, width: 320, height: 180, sound: false };

let clip: File;
beforeAll(async () => {
  clip = await encodeClip('table.webm', PLAN);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

type Painted = { readonly format: 'mp4' | 'webm'; readonly rotation: 0 | 90; readonly right: readonly number[] };

/** Pictures of 320x180: white on the left, `right` (RGBA) on the right. */
async function encodePainted({ format, rotation, right }: Painted, frames = 10): Promise<File> {
  const [codedWidth, codedHeight] = [320, 180];
  const rgba = new Uint8Array(codedWidth * codedHeight * 4);
  for (let at = 0; at < rgba.length; at += 4) {
    rgba.set((at / 4) % codedWidth < codedWidth / 2 ? [255, 255, 255, 255] : right, at);
  }
  const target = new BufferTarget();
  const output = new Output({
    format: format === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat(),
    target,
  });
  const video = new VideoSampleSource({
    codec: 'vp9',
    bitrate: 1_000_000,
    keyFrameInterval: 0.25,
    alpha: format === 'webm' ? 'keep' : 'discard',
  });
  output.addVideoTrack(video, { rotation });
  await output.start();
  for (let index = 0; index < frames; index++) {
    const sample = new VideoSample(rgba, {
      format: 'RGBA',
      codedWidth,
      codedHeight,
      timestamp: index / 30,
      duration: 1 / 30,
    });
    await video.add(sample);
    sample.close();
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('Nothing was written.');
  return new File([target.buffer], `painted.${format}`, { type: `video/${format}` });
}

/** A player in the open, so that what it holds can be watched. */
async function openPlayer(file: File) {
  const reports: FileReport[] = [];
  const player = new FilePlayer((report) => reports.push(report));
  await player.obey({ kind: 'open', file }, undefined);
  await vi.waitUntil(() => reports.length > 0, { timeout: 20_000 });
  const feed = async () => {
    const { port1, port2 } = new MessageChannel();
    await player.obey({ kind: 'feed' }, port1);
    return new FeedReader({ kind: 'port', port: port2 });
  };
  return { player, reports, feed };
}

/** Notes every frame that this thread gets from a decoder, makes or clones. */
function watchFrames(): VideoFrame[] {
  const frames: VideoFrame[] = [];
  const clone = VideoFrame.prototype.clone;
  vi.spyOn(VideoFrame.prototype, 'clone').mockImplementation(function (this: VideoFrame) {
    const copy = clone.call(this);
    frames.push(copy);
    return copy;
  });
  const construct = (target: typeof VideoFrame, args: unknown[]) => {
    const frame: unknown = Reflect.construct(target, args);
    if (!(frame instanceof VideoFrame)) throw new Error('Not a frame.');
    frames.push(frame);
    return frame;
  };
  vi.stubGlobal('VideoFrame', new Proxy(VideoFrame, { construct }));
  class WatchedDecoder extends VideoDecoder {
    constructor({ output, error }: VideoDecoderInit) {
      super({ output: (frame) => (frames.push(frame), output(frame)), error });
    }
  }
  vi.stubGlobal('VideoDecoder', WatchedDecoder);
  return frames;
}

describe('the player of a decoded file', () => {
  it('closes every frame that it decodes, makes or clones', async () => {
    const frames = watchFrames();
    const { player, feed } = await openPlayer(clip);
    const first = await feed();
    await first.count(5);
    await player.obey({ kind: 'seek', seconds: 1 }, undefined);
    await first.until((seen) => seen.at(-1)!.timestampUs >= 1e6);
    const second = await feed();
    await second.until((seen) => !increasing(seen)); // over the loop
    await player.obey({ kind: 'stop' }, undefined);
    await Promise.all([first.ended, second.ended]);
    expect(frames.length).toBeGreaterThan(60);
    await expect.poll(() => frames.filter(({ format }) => format !== null).length).toBe(0);
  });

  it('leaves out what is late instead of queuing it', async () => {
    const { player, feed } = await openPlayer(clip);
    const reader = await feed();
    const from = (await reader.count(3)).at(-1)!.timestampUs;
    const blocked = performance.now() + 400;
    while (performance.now() < blocked);
    const seen = await reader.until((frames) => frames.at(-1)!.timestampUs >= from + 600_000);
    const between = seen.filter(({ timestampUs }) => timestampUs > from && timestampUs <= from + 400_000);
    expect(between.length).toBeLessThan(8); // of 12
    expect(increasing(seen)).toBe(true);
    await player.obey({ kind: 'stop' }, undefined);
    await reader.ended;
  });

  it('says no more than that a file is not for it', async () => {
    const { player, reports } = await openPlayer(new File(['Dear diary'], 'diary.txt'));
    expect(reports).toEqual([{ kind: 'refused' }]);
    await player.obey({ kind: 'play' }, undefined);
    expect(reports).toHaveLength(1);
  });
});

describe('a decoded file', () => {
  it('gives frames whose pixels can be read', async () => {
    const source = valueOf(await openFile(clip, never));
    const formats = new Set<string | null>();
    const reader = new FeedReader(source.openFeed(), ({ format }) => formats.add(format));
    await reader.count(5);
    source.stop();
    await reader.ended;
    expect(formats).toEqual(new Set(['I420']));
  });
});

const WAYS = [
  ['decoded', async (file: File) => (await openDecoded(file, never)) ?? Promise.reject(new Error('Refused.'))],
  ['in an element', async (file: File) => valueOf(await openInElement(file, never))],
] as const;

describe('a file', () => {
  it.each(WAYS)('that was cut off ends with the reason, %s', async (_way, open) => {
    const whole = await encodePainted({ format: 'mp4', rotation: 0, right: [0, 0, 0, 255] }, 60);
    const cut = new File([whole.slice(0, whole.size * 0.7)], 'cut.mp4', { type: 'video/mp4' });
    const source = await open(cut);
    const problem = new Promise((resolve) => source.onEnded(resolve));
    const reader = new FeedReader(source.openFeed());
    expect(await problem).toMatchObject({ code: 'file-damaged' });
    await reader.ended;
    expect(reader.seen.length).toBeGreaterThan(5);
  });

  it.each(WAYS)('that was filmed upright: it stays upright, %s', async (_way, open) => {
    const source = await open(await encodePainted({ format: 'mp4', rotation: 90, right: [0, 0, 0, 255] }));
    expect(source.info.size).toEqual({ width: 180, height: 320 });
    const context = new OffscreenCanvas(180, 320).getContext('2d');
    const reader = new FeedReader(source.openFeed(), (frame) => context?.drawImage(frame, 0, 0));
    expect((await reader.count(1))[0]).toMatchObject({ width: 180, height: 320 });
    // Turned clockwise, the left is on top.
    const redAt = (y: number) => context?.getImageData(90, y, 1, 1).data[0];
    expect(redAt(80)).toBeGreaterThan(230);
    expect(redAt(240)).toBeLessThan(25);
    source.stop();
    await reader.ended;
  });

  it('that is transparent: an element plays it', async () => {
    const file = await encodePainted({ format: 'webm', rotation: 0, right: [0, 0, 0, 0] });
    expect(await openDecoded(file, never)).toBeNull();
    const source = valueOf(await openFile(file, never));
    const reader = new FeedReader(source.openFeed());
    await reader.count(1);
    source.stop();
    await reader.ended;
  });
});
