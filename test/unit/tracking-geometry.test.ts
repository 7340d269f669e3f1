import { describe, expect, it } from 'vitest';
import type { MaskGrid } from '../../src/shared/mask.js';
import {
  insideArea,
  logitAt,
  maskIou,
  maskShape,
  resampleMask,
  withoutStrays,
} from '../../src/tracking/mask-geometry.js';
import { smoothMask } from '../../src/tracking/smoothing.js';
import { sharedView, squareInput, viewOn, wholeView } from '../../src/tracking/viewport.js';
import { disc, discMask, FRAME, maskWhere } from './tracking-scene.js';

const union =
  (...parts: ((x: number, y: number) => number)[]) =>
  (x: number, y: number): number =>
    Math.max(...parts.map((part) => part(x, y)));
const VIEW = { x: 100, y: 100, side: 256 };

describe('shape of a mask', () => {
  it('finds box, area and centre of a disc', () => {
    const shape = maskShape(discMask(300, 200, 40));
    expect(shape?.anchor.x).toBeCloseTo(300, 0);
    expect(shape?.anchor.y).toBeCloseTo(200, 0);
    expect(shape?.box.x0).toBeCloseTo(260, -0.5);
    expect(shape?.box.y1).toBeCloseTo(240, -0.5);
    expect((shape?.area ?? 0) / (Math.PI * 1600)).toBeCloseTo(1, 1);
  });

  it('is null when nothing is inside', () => {
    expect(maskShape(maskWhere(() => -3, VIEW))).toBeNull();
  });

  it('moves the anchor of a ring and of a horseshoe inside', () => {
    for (const open of [false, true]) {
      const ring = maskWhere((x, y) => {
        const r = Math.hypot(x - 228, y - 228);
        return r > 60 && r < 100 && !(open && y > 228) ? 4 : -4;
      }, VIEW);
      const shape = maskShape(ring);
      if (shape === null) throw new Error('empty');
      expect(logitAt(ring, shape.anchor.x, shape.anchor.y)).toBeGreaterThan(0);
      expect(Math.hypot(shape.deepest.x - 228, shape.deepest.y - 228)).toBeGreaterThan(70);
      expect(Math.hypot(shape.deepest.x - 228, shape.deepest.y - 228)).toBeLessThan(90);
    }
  });

  it('keeps the two halves of an object behind a pole, and drops what is far away', () => {
    const halves = (x: number, y: number): number => (Math.abs(x - 202) < 2 ? -5 : disc(200, 200, 50)(x, y));
    const mask = maskWhere(union(halves, disc(325, 325, 18)), VIEW);
    const shape = maskShape(mask);
    expect(shape?.box.x0).toBeLessThan(155);
    expect(shape?.box.x1).toBeGreaterThan(245);
    expect(shape?.box.x1).toBeLessThan(260);
    const clean = withoutStrays(mask);
    expect(logitAt(clean, 325, 325)).toBeLessThan(0);
    expect(logitAt(clean, 170, 200)).toBeGreaterThan(0);
    expect(logitAt(clean, 230, 200)).toBeGreaterThan(0);
    expect(logitAt(mask, 325, 325)).toBeGreaterThan(0);
  });
});

describe('masks on different grids', () => {
  it('overlap by frame area, whatever their grids', () => {
    const fine = maskWhere(disc(228, 228, 60), VIEW, 0, 128);
    const coarse = maskWhere(disc(228, 228, 60), { x: 140, y: 140, side: 180 }, 0, 40);
    expect(maskIou(fine, coarse)).toBeGreaterThan(0.94);
    expect(maskIou(coarse, fine)).toBeCloseTo(maskIou(fine, coarse), 1);
    const half = maskWhere((x) => (x < 228 ? 5 : -5), VIEW);
    const all = maskWhere(() => 5, VIEW);
    expect(maskIou(half, all)).toBeCloseTo(0.5, 1);
    expect(maskIou(discMask(100, 100, 20), discMask(400, 300, 20))).toBe(0);
    expect(insideArea(all)).toBeCloseTo(256 * 256);
  });

  it('survive a resampling, and are background outside their view', () => {
    const mask = discMask(300, 200, 40);
    const again = resampleMask(mask, { width: 90, height: 70, viewport: { x: 200, y: 120, width: 200, height: 160 } });
    expect(maskIou(mask, again)).toBeGreaterThan(0.95);
    expect(logitAt(mask, 0, 0)).toBeLessThan(-5);
  });
});

describe('smoothing', () => {
  const flat = (value: number): MaskGrid => maskWhere(() => value, VIEW, 0, 8);

  it('follows a sure mask at once and leans on the past where the mask hesitates', () => {
    expect(smoothMask(flat(4), flat(-4), 0.4).data[0]).toBeGreaterThan(3.5);
    expect(smoothMask(flat(0.1), flat(-3), 0.4).data[0]).toBeLessThan(-0.5);
    expect(smoothMask(flat(0.1), null, 0.4).data[0]).toBeCloseTo(0.1);
  });

  it('quietens an edge that trembles', () => {
    const trembling = [0.3, -0.3, 0.3, -0.3, 0.3, -0.3, 0.3, -0.3].map((value) => flat(value));
    let past: MaskGrid | null = null;
    const smoothed = trembling.map((fresh) => (past = smoothMask(fresh, past, 0.4)).data[0] ?? 0);
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
    expect(spread(smoothed.slice(4))).toBeLessThan(0.6 * 0.8);
  });
});

describe('views', () => {
  it('zoom on an object, within the frame, never below what has detail', () => {
    const view = viewOn({ x0: 300, y0: 200, x1: 380, y1: 260 }, FRAME, 2);
    expect(view).toEqual({ x: 260, y: 150, width: 160, height: 160 });
    expect(viewOn({ x0: 0, y0: 0, x1: 80, y1: 60 }, FRAME, 2)).toMatchObject({ x: 0, y: 0, width: 160 });
    expect(viewOn({ x0: 300, y0: 200, x1: 304, y1: 204 }, FRAME).width).toBe(48);
    expect(viewOn({ x0: 0, y0: 0, x1: 640, y1: 480 }, FRAME).width).toBe(640);
  });

  it('are shared by near objects and not by far ones', () => {
    const box = (x: number): { x0: number; y0: number; x1: number; y1: number } => ({
      x0: x,
      y0: 200,
      x1: x + 80,
      y1: 280,
    });
    const near = sharedView([box(200), box(250)], FRAME);
    expect(near?.x).toBeLessThanOrEqual(200);
    expect((near?.x ?? 0) + (near?.width ?? 0)).toBeGreaterThanOrEqual(330);
    expect(sharedView([box(20), box(540)], FRAME)).toBeNull();
  });

  it('show the whole frame undistorted in multiples of 32', () => {
    const { viewport, input } = wholeView({ width: 640, height: 360 }, 256);
    expect(input).toEqual({ width: 256, height: 160 });
    expect(viewport.width / viewport.height).toBeCloseTo(256 / 160);
    expect(viewport.x).toBe(0);
    expect(viewport.y).toBe(-20);
    expect(squareInput(250)).toEqual({ width: 224, height: 224 });
  });
});
