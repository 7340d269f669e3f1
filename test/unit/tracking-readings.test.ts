import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/shared/geometry.js';
import type { Candidate, MaskGrid } from '../../src/shared/mask.js';
import { maskIou, maskShape } from '../../src/tracking/mask-geometry.js';
import { agreedReading, cutOff, mergeReadings } from '../../src/tracking/readings.js';
import { answer, disc, discMask, FRAME, maskWhere } from './tracking-scene.js';

const scores = (readings: readonly Candidate[]): number[] => readings.map(({ score }) => score);
/** A disc seen through a view of 64 px around (300, 240). */
const nearDisc = (radius: number): MaskGrid => maskWhere(disc(300, 240, radius), { x: 268, y: 208, side: 64 });

describe('readings of several views together', () => {
  it('come best first, the same ones once, at least as many as one view gives', () => {
    const view = [
      answer(0.6, discMask(300, 240, 40)),
      answer(0.5, discMask(300, 240, 80)),
      answer(0.2, discMask(300, 240, 15)),
    ];
    const other = [
      answer(0.7, discMask(301, 240, 40)),
      answer(0.65, discMask(300, 241, 40)),
      answer(0.1, discMask(300, 240, 41)),
    ];
    expect(scores(mergeReadings([view, other], FRAME))).toEqual([0.7, 0.5, 0.2]);
    expect(mergeReadings([other], FRAME)).toHaveLength(3);
    expect(mergeReadings([], FRAME)).toEqual([]);
  });

  it('prefer what most of them mean to a single better score', () => {
    const agreeing = [0.66, 0.64, 0.62].map((score, i) => [answer(score, discMask(300 + i, 240, 40))]);
    const alone = [answer(0.7, discMask(300, 240, 120))];
    expect(scores(mergeReadings([alone, ...agreeing], FRAME))).toEqual([0.66, 0.7]);
    expect(scores(mergeReadings([[answer(0.8, discMask(300, 240, 120))], ...agreeing], FRAME))[0]).toBe(0.66);
    expect(scores(mergeReadings([[answer(0.99, discMask(300, 240, 120))], agreeing[2]!], FRAME))[0]).toBe(0.99);
  });

  it('are led by one of those that may lead', () => {
    const coarse = [answer(0.7, discMask(300, 240, 40)), answer(0.2, discMask(300, 240, 120))];
    const fine = [answer(0.3, discMask(300, 240, 10)), answer(0.6, discMask(300, 241, 40))];
    expect(scores(mergeReadings([coarse, fine], FRAME))).toEqual([0.7, 0.3, 0.2]);
    expect(scores(mergeReadings([coarse, fine], FRAME, null, fine))).toEqual([0.6, 0.3, 0.2]);
  });

  it('trust less in what runs out of its view', () => {
    const whole = answer(0.6, nearDisc(20));
    expect(scores(mergeReadings([[answer(0.7, nearDisc(60)), whole]], FRAME))).toEqual([0.6, 0.7]);
    expect(scores(mergeReadings([[answer(0.7, nearDisc(30)), whole]], FRAME))[0]).toBe(0.7);
  });

  it('go by the box that was drawn, as far as scores are near', () => {
    const [small, large] = [answer(0.6, discMask(300, 240, 40)), answer(0.7, discMask(300, 240, 80))];
    const box: Box = { x0: 260, y0: 200, x1: 340, y1: 280 };
    expect(mergeReadings([[large, small]], FRAME, box)).toEqual([small, large]);
    expect(mergeReadings([[{ ...large, score: 0.95 }, small]], FRAME, box)[0]?.score).toBe(0.95);
  });
});

describe('a reading as those that mean the same see it', () => {
  it('lies between them, nearer to the better one, on its own grid', () => {
    const [lead, other] = [answer(0.9, discMask(300, 240, 40)), answer(0.7, discMask(306, 240, 40))];
    const away = answer(0.9, discMask(300, 240, 90));
    const agreed = agreedReading(lead, [other, away, lead], FRAME);
    expect(agreed).toMatchObject({ score: 0.9, mask: { width: lead.mask.width, viewport: lead.mask.viewport } });
    const rightEdge = maskShape(agreed.mask)!.box.x1;
    expect(rightEdge).toBeGreaterThan(maskShape(lead.mask)!.box.x1);
    expect(rightEdge).toBeLessThan(maskShape(other.mask)!.box.x1);
    expect(maskIou(agreed.mask, lead.mask)).toBeGreaterThan(maskIou(agreed.mask, other.mask));
  });

  it('stays as it is where nothing means the same', () => {
    const lead = answer(0.9, discMask(300, 240, 40));
    expect(agreedReading(lead, [lead, answer(0.9, discMask(300, 240, 90))], FRAME)).toBe(lead);
  });
});

describe('how far a mask runs out of its view', () => {
  it('counts sides inside the frame only', () => {
    expect(cutOff(nearDisc(20), FRAME)).toBe(0);
    expect(cutOff(nearDisc(60), FRAME)).toBe(1);
    const all = (x: number, y: number): MaskGrid => maskWhere(() => 5, { x, y, side: 64 });
    expect(cutOff(all(0, 0), { width: 64, height: 64 })).toBe(0);
    const right = maskWhere((x) => x - 32, { x: 0, y: 0, side: 64 });
    expect(cutOff(right, { width: 640, height: 64 })).toBe(1);
    expect(cutOff(right, { width: 64, height: 640 })).toBe(0.5);
  });
});
