import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/workers/frame-ledger.js';
import { FrameMailbox } from '../../src/workers/frame-mailbox.js';
import { FrameShelf } from '../../src/workers/frame-shelf.js';
import { delayFrames, isWorthWaiting, LiveBudget, nextSize } from '../../src/workers/live-budget.js';
import { planPool } from '../../src/workers/pool-plan.js';
import { percentile, StageClock } from '../../src/workers/stage-clock.js';
import { DEFAULT_SETTINGS } from '../../src/shared/pipeline-api.js';

/** Stands in for a VideoFrame, which Node does not have: only ownership matters here. */
function frame(timestamp: number): VideoFrame & { readonly isClosed: boolean } {
  let closed = false;
  const fake = {
    timestamp,
    close: () => {
      if (closed) throw new Error(`frame ${timestamp} was closed twice`);
      closed = true;
    },
    get isClosed() {
      return closed;
    },
  };
  return fake as unknown as VideoFrame & { readonly isClosed: boolean };
}

describe('frame mailbox', () => {
  it('keeps only the newest frame and closes the one it replaces', async () => {
    const ledger = new Ledger();
    const mailbox = new FrameMailbox(ledger, 'newest-wins');
    const frames = [frame(0), frame(1), frame(2)];
    for (const each of frames) await mailbox.putFrame(each);
    expect(frames.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    expect(mailbox).toMatchObject({ received: 3, dropped: 2 });
    expect(await mailbox.takeNext()).toBe(frames[2]);
    expect(ledger.totals).toEqual({ opened: 3, closed: 2 });
  });

  it('lets the source wait in lockstep, so that nothing is dropped', async () => {
    const mailbox = new FrameMailbox(new Ledger(), 'wait');
    const seen: number[] = [];
    const writing = (async () => {
      for (let i = 0; i < 5; i++) await mailbox.putFrame(frame(i));
      mailbox.end();
    })();
    for (let next = await mailbox.takeNext(); next !== null; next = await mailbox.takeNext()) seen.push(next.timestamp);
    await writing;
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(mailbox.dropped).toBe(0);
  });

  it('wakes a waiting reader at the end, and closes what comes afterwards', async () => {
    const ledger = new Ledger();
    const mailbox = new FrameMailbox(ledger, 'newest-wins');
    const reading = mailbox.takeNext();
    mailbox.drain();
    expect(await reading).toBeNull();
    const late = frame(9);
    await mailbox.putFrame(late);
    expect(late.isClosed).toBe(true);
    expect(ledger.totals).toEqual({ opened: 1, closed: 1 });
  });
});

describe('stage clock', () => {
  it('gives percentiles of the last two seconds only', () => {
    const clock = new StageClock();
    clock.add('encode', 1000, 0);
    for (let i = 1; i <= 100; i++) clock.add('encode', i, 3000 + i);
    expect(clock.timings().encode).toEqual({ p50: 51, p95: 96, count: 100 });
    expect(percentile([], 0.5)).toBe(0);
  });

  it('counts a steady rate, and lets the rate of a source that has stopped fall', () => {
    const clock = new StageClock();
    for (let i = 0; i <= 30; i++) clock.count('shown', i * 20);
    expect(clock.rate('shown', 600)).toBeCloseTo(50, 1);
    expect(clock.rate('shown', 1500)).toBeLessThan(25);
    expect(clock.rate('shown', 5000)).toBe(0);
  });
});

describe('frame shelf', () => {
  it('shows waiting frames in order, a frame at a time, and closes each when the next is shown', () => {
    const ledger = new Ledger();
    const shelf = new FrameShelf(ledger);
    const frames = [0, 1, 2].map((time) => shelf.take(ledger.own(frame(time))) as ReturnType<typeof frame>);
    expect(shelf).toMatchObject({ shown: null, newest: frames[2], waiting: 3 });
    expect(shelf.showNext()).toBe(true);
    expect(shelf.shown).toBe(frames[0]);
    expect(shelf.at(1)).toBe(frames[1]);
    expect(shelf.showNext()).toBe(true);
    expect(frames.map(({ isClosed }) => isClosed)).toEqual([true, false, false]);
    expect(shelf.at(0)).toBeNull();
    expect(shelf.newest).toBe(frames[2]);
    shelf.showNext();
    expect(shelf.showNext()).toBe(false);
    expect(shelf.newest).toBe(shelf.shown);
  });

  it('closes everything when it is cleared, also what was never shown, and the frame that a copy stands for', () => {
    const ledger = new Ledger();
    const shelf = new FrameShelf(ledger);
    shelf.take(ledger.own(frame(0)));
    shelf.showNext();
    const [original, copy] = [frame(1), frame(1)];
    shelf.takeInstead(ledger.own(original), () => copy);
    expect([original.isClosed, copy.isClosed]).toEqual([true, false]);
    shelf.clear();
    expect(ledger.totals).toEqual({ opened: 3, closed: 3 });
    expect(shelf.newest).toBeNull();
  });
});

describe('live budget', () => {
  const AUTO = { inputSize: 'auto', displayDelay: 'auto', mode: 'live' } as const;

  it('shrinks as far as slow keyframes ask for, and grows while there is room, a step at a time', () => {
    expect(nextSize(192, 240, 0)).toBe(192);
    expect(nextSize(192, 300, 0)).toBe(160);
    expect(nextSize(192, 500, 0)).toBe(128);
    expect(nextSize(256, 300, 0)).toBe(224);
    expect(nextSize(128, 900, 0)).toBe(128);
    expect(nextSize(192, 20, 33)).toBe(224);
    expect(nextSize(192, 100, 33)).toBe(192);
    expect(nextSize(256, 5, 33)).toBe(256);
  });

  it('does not grow where every frame would lose its own keyframe by that', () => {
    expect(nextSize(192, 30, 33)).toBe(192);
    expect(nextSize(192, 40, 33)).toBe(224);
    expect(nextSize(192, 50, 33)).toBe(192);
  });

  it('looks closer where every frame waits for its masks, whatever that costs', () => {
    const budget = new LiveBudget({ ...AUTO, mode: 'lockstep' });
    for (let i = 0; i < 20; i++) budget.observeKeyframe(900, budget.inputSize);
    expect(budget.inputSize).toBe(320);
    expect(budget.lowered).toBeNull();
  });

  it('says what it lowered, and leaves a size that the person chose alone', () => {
    const budget = new LiveBudget(AUTO);
    for (let i = 0; i < 4; i++) budget.observeKeyframe(300, budget.inputSize);
    expect(budget.inputSize).toBe(160);
    expect(budget.lowered).toMatch(/160 px instead of 192 px/);
    budget.wanted = { ...AUTO, inputSize: 256 };
    for (let i = 0; i < 20; i++) budget.observeKeyframe(900, 256);
    expect(budget.inputSize).toBe(256);
    expect(budget.lowered).toBeNull();
  });

  it('is not misled by the first keyframes, which are slow while the browser compiles', () => {
    const budget = new LiveBudget(AUTO);
    for (const ms of [400, 390, 200, 90, 70, 60, 60, 60, 60]) budget.observeKeyframe(ms, budget.inputSize);
    expect(budget.inputSize).toBe(192);
  });

  it('delays the picture by as many frames as a keyframe takes, but never so that people notice', () => {
    expect(delayFrames('auto', 30, 33.3)).toBe(1);
    expect(delayFrames('auto', 50, 33.3)).toBe(2);
    expect(delayFrames('auto', 500, 33.3)).toBe(2);
    expect(delayFrames('auto', 50, 41.7)).toBe(1);
    expect(delayFrames('auto', 50, 100)).toBe(0);
    expect(delayFrames('auto', 0, 33.3)).toBe(0);
    expect([0, 1, 2].map((frames) => delayFrames(frames as 0 | 1 | 2, 50, 41.7))).toEqual([0, 1, 2]);
  });

  it('has a worker wait for the next frame only where a keyframe on that one would be in time, and one on this would not', () => {
    // 70 ms on frames that come every 42 ms and are shown 83 ms later: this frame is 20 ms old, the next one comes in 22 ms.
    expect(isWorthWaiting(70, 20, 83)).toBe(true);
    expect(isWorthWaiting(70, 10, 83)).toBe(false);
    expect(isWorthWaiting(90, 20, 83)).toBe(false);
    expect(isWorthWaiting(50, 20, 0)).toBe(false);
  });

  it('measures all three by what it sees', () => {
    const budget = new LiveBudget(AUTO);
    expect(budget.delayFrames).toBe(0);
    for (let i = 0; i < 4; i++) {
      budget.observeFrame(i * 33_333);
      budget.observeKeyframe(45, 192);
    }
    expect(budget.delayFrames).toBe(2);
    expect([budget.waitsForNext(15), budget.waitsForNext(30)]).toEqual([false, true]);
  });
});

describe('pool plan', () => {
  it('prefers threads in live mode and workers in lockstep', () => {
    expect(planPool(DEFAULT_SETTINGS, 'wasm-threads', 8)).toEqual({ size: 2, threads: 4 });
    expect(planPool({ ...DEFAULT_SETTINGS, mode: 'lockstep' }, 'wasm-threads', 8)).toEqual({ size: 8, threads: 1 });
  });

  it('leaves a small machine room to draw, and obeys the person', () => {
    expect(planPool(DEFAULT_SETTINGS, 'wasm-threads', 2)).toEqual({ size: 1, threads: 1 });
    expect(planPool(DEFAULT_SETTINGS, 'wasm', 16).threads).toBe(1);
    expect(planPool({ ...DEFAULT_SETTINGS, poolSize: 3, threads: 2 }, 'wasm-threads', 2)).toEqual({
      size: 3,
      threads: 2,
    });
  });
});
