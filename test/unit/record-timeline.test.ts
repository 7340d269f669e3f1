import { describe, expect, it } from 'vitest';
import { stretchInto } from '../../src/record/audio-shape.js';
import { AudioTimeline, VideoTimeline } from '../../src/record/timeline.js';

const FRAME_US = 33_333;

/** Feeds frames and returns where each was placed. */
const live = (timeline: VideoTimeline, frames: readonly (readonly [sourceUs: number, nowMs: number])[]) =>
  frames.map(([sourceUs, nowMs]) => timeline.placeLive(sourceUs, nowMs));

const increases = (placed: readonly number[]) => placed.every((us, i) => i === 0 || us > placed[i - 1]!);

describe('VideoTimeline, live', () => {
  it('starts at zero and keeps the even cadence of the source when frames arrive unevenly', () => {
    const placed = live(new VideoTimeline(FRAME_US), [
      [500_000, 1000],
      [533_333, 1041],
      [566_666, 1060],
      [600_000, 1112],
    ]);
    expect(placed).toEqual([0, 33_333, 66_666, 100_000]);
  });

  it('goes on by the wall clock when the source loops, is sought or is replaced', () => {
    const timeline = new VideoTimeline(FRAME_US);
    const placed = live(timeline, [
      [9_000_000, 0],
      [9_033_000, 33],
      [0, 70],
      [33_000, 103],
      [60_000_000, 140],
      [60_033_000, 173],
    ]);
    expect(placed).toEqual([0, 33_000, 70_000, 103_000, 140_000, 173_000]);
  });

  it('shows a paused source (one frame again and again) for as long as it was shown', () => {
    const placed = live(new VideoTimeline(FRAME_US), [
      [0, 0],
      [33_000, 33],
      [33_000, 1033],
      [33_000, 2033],
      [66_000, 2066],
    ]);
    expect(placed).toEqual([0, 33_000, 1_033_000, 2_033_000, 2_066_000]);
  });

  it.each([0.25, 2, 4])('stays near the wall clock when the source plays at %f times its speed', (speed) => {
    const timeline = new VideoTimeline(FRAME_US);
    const placed = live(
      timeline,
      Array.from({ length: 300 }, (_, i) => [Math.round(i * 33_000 * speed), i * 33] as const),
    );
    expect(increases(placed)).toBe(true);
    placed.forEach((us, i) => expect(Math.abs(us - i * 33_000)).toBeLessThanOrEqual(50_000));
  });

  it('never repeats or goes back, even when a hundred frames come at once', () => {
    const timeline = new VideoTimeline(FRAME_US);
    const placed = live(
      timeline,
      Array.from({ length: 100 }, (_, i) => [(i * 7919) % 1_000_000, 0] as const),
    );
    expect(increases(placed)).toBe(true);
  });

  it('cuts a pause out', () => {
    const timeline = new VideoTimeline(FRAME_US);
    const before = live(timeline, [
      [0, 0],
      [33_000, 33],
    ]);
    timeline.pause(50);
    expect(timeline.wallUs(4000)).toBe(50_000);
    timeline.resume(5050);
    const after = live(timeline, [
      [5_066_000, 5066],
      [5_099_000, 5099],
    ]);
    expect([...before, ...after]).toEqual([0, 33_000, 66_000, 99_000]);
    expect(timeline.endUs).toBe(99_000 + FRAME_US);
  });

  it('does not count a pause before the first frame', () => {
    const timeline = new VideoTimeline(FRAME_US);
    timeline.pause(0);
    timeline.resume(1000);
    expect(live(timeline, [[0, 1010]])).toEqual([0]);
    expect(timeline.wallUs(1043)).toBe(33_000);
  });
});

describe('VideoTimeline, exact', () => {
  it('follows the source alone, and gives a jump the length of a frame', () => {
    const timeline = new VideoTimeline(FRAME_US);
    const placed = [700_000, 740_000, 800_000, 0, 40_000, 90_000_000].map((us) => timeline.placeExact(us));
    expect(placed).toEqual([0, 40_000, 100_000, 133_333, 173_333, 206_666]);
  });
});

describe('AudioTimeline', () => {
  const CHUNK_US = 10_000;

  it('leaves out what was captured before the first picture', () => {
    const timeline = new AudioTimeline();
    expect(timeline.place(123_000_000, CHUNK_US, 2_000)).toBe(0);
    expect(timeline.place(123_010_000, CHUNK_US, 12_000)).toBe(10_000);
  });

  it('starts where it arrived and then follows its own clock, whatever the jitter of arrival', () => {
    const timeline = new AudioTimeline();
    const arrivals = [210_000, 290_000, 291_000, 292_000, 250_000 + 300_000];
    const placed = arrivals.map((wallUs, i) => timeline.place(7_000_000 + i * CHUNK_US, CHUNK_US, wallUs));
    expect(placed).toEqual([200_000, 210_000, 220_000, 230_000, 240_000]);
  });

  it('keeps a short gap of the source', () => {
    const timeline = new AudioTimeline();
    timeline.place(0, CHUNK_US, 10_000);
    expect(timeline.place(110_000, CHUNK_US, 120_000)).toBe(110_000);
  });

  it('goes on by arrival after a pause, and when the source was replaced', () => {
    const timeline = new AudioTimeline();
    timeline.place(5_000_000, CHUNK_US, 10_000);
    timeline.cut();
    expect(timeline.place(9_000_000, CHUNK_US, 510_000)).toBe(500_000);
    expect(timeline.place(1_000, CHUNK_US, 620_000)).toBe(610_000);
  });

  it('goes on by arrival when its own clock has left the wall clock', () => {
    const timeline = new AudioTimeline();
    timeline.place(0, CHUNK_US, 10_000);
    expect(timeline.place(CHUNK_US, CHUNK_US, 1_010_000)).toBe(1_000_000);
  });

  it('leaves out what silence has already filled, and never overlaps', () => {
    const timeline = new AudioTimeline();
    timeline.filledTo(1_000_000);
    expect(timeline.place(0, CHUNK_US, 700_000)).toBeNull();
    timeline.cut();
    expect(timeline.place(CHUNK_US, CHUNK_US, 1_006_000)).toBe(1_000_000);
    expect(timeline.endUs).toBe(1_010_000);
  });
});

describe('stretchInto', () => {
  it('copies at equal length and interpolates otherwise', () => {
    const copy = new Float32Array(3);
    stretchInto(Float32Array.of(1, 2, 3), copy);
    expect([...copy]).toEqual([1, 2, 3]);
    const longer = new Float32Array(4);
    stretchInto(Float32Array.of(0, 1), longer);
    expect([...longer]).toEqual([0, 0.5, 1, 1]);
  });
});
