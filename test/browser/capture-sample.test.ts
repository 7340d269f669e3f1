import { expect, it } from 'vitest';
import { openSample } from '../../src/capture/sample-source.js';
import { renderSampleFrame, SAMPLE_SCENE } from '../../src/sample/sample.js';
import { FeedReader, increasing } from '../helpers/feed-reader.js';

const FRAME_US = 1e6 / SAMPLE_SCENE.frameRate;
const indexOf = (timestampUs: number) => Math.round(timestampUs / FRAME_US);
const change = (source: ReturnType<typeof openSample>, until: () => boolean) =>
  new Promise<void>((resolve) => {
    const off = source.playback?.onChange(() => {
      if (!until()) return;
      off?.();
      resolve();
    });
  });

it('sends the frames of the scene, in order, at the pace of its clock', async () => {
  const source = openSample();
  expect(source.info).toMatchObject({ kind: 'sample', size: SAMPLE_SCENE.size, frameRate: 30, mirrored: false });
  const reader = new FeedReader(source.openFeed());
  await reader.count(1);
  const began = performance.now();
  const first = reader.seen.length;
  const seen = await reader.count(31);
  const elapsed = performance.now() - began;
  expect(increasing(seen)).toBe(true);
  for (const { timestampUs, width, height } of seen) {
    expect(timestampUs).toBe(Math.round(indexOf(timestampUs) * FRAME_US));
    expect({ width, height }).toEqual(SAMPLE_SCENE.size);
  }
  // Chosen by the clock: media time and real time pass alike, whether or not frames had to be left out.
  const played = (seen[30]!.timestampUs - seen[first - 1]!.timestampUs) / 1000;
  expect(played / elapsed).toBeGreaterThan(0.6);
  expect(played / elapsed).toBeLessThan(1.7);
  source.stop();
  await reader.ended;
  expect(reader.seen.every(({ closed }) => closed)).toBe(true);
  expect(() => source.openFeed()).toThrow();
});

it('sends the very pixels of the scene', async () => {
  const size = { width: 160, height: 90 };
  const source = openSample(size);
  const copies: Promise<{ index: number; rgba: Uint8Array }>[] = [];
  const reader = new FeedReader(source.openFeed(), (frame) => {
    const rgba = new Uint8Array(size.width * size.height * 4);
    const own = frame.clone();
    const index = indexOf(own.timestamp);
    copies.push(
      own
        .copyTo(rgba, { format: 'RGBA' })
        .then(() => ({ index, rgba }))
        .finally(() => own.close()),
    );
  });
  await reader.count(3);
  source.stop();
  await reader.ended;
  for (const { index, rgba } of await Promise.all(copies)) {
    const truth = renderSampleFrame(index, size).rgba;
    expect(rgba.findIndex((value, at) => value !== truth[at])).toBe(-1);
  }
});

it('pauses, seeks while paused, plays on, and stays on the last frame when it does not loop', async () => {
  const source = openSample({ width: 160, height: 90 });
  const { playback } = source;
  if (playback === null) throw new Error('The sample can be played.');
  expect(playback.duration).toBe(SAMPLE_SCENE.durationSeconds);
  const reader = new FeedReader(source.openFeed());
  await reader.count(2);
  const paused = change(source, () => !playback.playing);
  playback.pause();
  await paused;

  const sought = change(source, () => playback.time === 12);
  playback.seek(12);
  await sought;
  await reader.until((seen) => seen.at(-1)?.timestampUs === 12e6);
  expect(playback.playing).toBe(false);

  playback.loop = false;
  playback.seek(SAMPLE_SCENE.durationSeconds - 0.2);
  const atEnd = change(source, () => !playback.playing && indexOf(playback.time * 1e6) === SAMPLE_SCENE.loopFrames - 1);
  playback.play();
  await atEnd;
  await reader.until((seen) => indexOf(seen.at(-1)!.timestampUs) === SAMPLE_SCENE.loopFrames - 1);

  const again = change(source, () => playback.playing && playback.time < 1);
  playback.play();
  await again;
  source.stop();
  await reader.ended;
});

it('goes on growing timestamps when it starts over', async () => {
  const source = openSample({ width: 160, height: 90 });
  const reader = new FeedReader(source.openFeed());
  await reader.count(1);
  source.playback?.seek(SAMPLE_SCENE.durationSeconds - 0.1);
  await reader.until((seen) => seen.at(-1)!.timestampUs > SAMPLE_SCENE.durationSeconds * 1e6);
  expect(increasing(reader.seen)).toBe(true);
  source.stop();
  await reader.ended;
});

it('gives another reader another feed, from where it is', async () => {
  const source = openSample({ width: 160, height: 90 });
  const first = new FeedReader(source.openFeed());
  await first.count(5);
  const second = new FeedReader(source.openFeed());
  await first.ended;
  const [seen] = await second.count(1);
  expect(seen!.timestampUs).toBeGreaterThanOrEqual(first.seen.at(-1)!.timestampUs);
  source.stop();
  await second.ended;
});
