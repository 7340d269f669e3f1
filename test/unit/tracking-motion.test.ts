import { describe, expect, it } from 'vitest';
import { carryMask } from '../../src/tracking/carry.js';
import { lumaFromRgba, lumaSizeOf, type LumaImage } from '../../src/tracking/luma.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { emptyMotion, flowTo, observeLuma, type FlowField } from '../../src/tracking/motion.js';
import { disc, discMask, FRAME, lumaWhere, texture } from './tracking-scene.js';

const historyOf = (...lumas: LumaImage[]) => lumas.reduce((history, luma) => observeLuma(history, luma), emptyMotion);
const STEP_US = 40_000;
const REGION = { x0: 270, y0: 200, x1: 370, y1: 280 };

/** Mean distance between the flow and the true backward motion, frame pixels, within the region. */
function flowError(flow: FlowField, truth: (x: number, y: number) => { x: number; y: number }): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < flow.dx.length; i++) {
    const x = (((i % flow.width) + 0.5) * FRAME.width) / flow.width;
    const y = ((Math.floor(i / flow.width) + 0.5) * FRAME.height) / flow.height;
    if (flow.confidence[i]! < 0.2 || x < REGION.x0 || x > REGION.x1 || y < REGION.y0 || y > REGION.y1) continue;
    const was = truth(x, y);
    sum += Math.hypot(flow.dx[i]! - (was.x - x), flow.dy[i]! - (was.y - y));
    count++;
  }
  const cellArea = (FRAME.width / flow.width) * (FRAME.height / flow.height);
  expect(count * cellArea).toBeGreaterThan(0.3 * (REGION.x1 - REGION.x0) * (REGION.y1 - REGION.y0));
  return sum / count;
}

function measured(
  truth: (x: number, y: number) => { x: number; y: number },
  previous: FlowField | null = null,
): FlowField {
  const now = lumaWhere((x, y) => texture(truth(x, y).x, truth(x, y).y), STEP_US);
  const flow = flowTo(historyOf(lumaWhere(texture, 0), now), 0, [REGION], { previous });
  if (flow === null) throw new Error('no flow');
  return flow;
}

describe('flow', () => {
  it.each([
    { dx: 0, dy: 0 },
    { dx: 1.3, dy: -0.6 },
    { dx: -9.5, dy: 6.25 },
    { dx: 31, dy: -22.4 },
  ])('measures a shift by $dx, $dy to a third of a pixel', ({ dx, dy }) => {
    const truth = (x: number, y: number) => ({ x: x - dx, y: y - dy });
    expect(flowError(measured(truth), truth)).toBeLessThan(0.3);
  });

  it('measures growth and rotation', () => {
    const [cos, sin] = [Math.cos(0.06) / 1.05, Math.sin(0.06) / 1.05];
    const truth = (x: number, y: number) => ({
      x: 320 + (x - 320) * cos - (y - 240) * sin,
      y: 240 + (x - 320) * sin + (y - 240) * cos,
    });
    expect(flowError(measured(truth), truth)).toBeLessThan(0.3);
  });

  it('carries to a frame before the newest, forward and backward in time', () => {
    const at = (frames: number) => lumaWhere((x, y) => texture(x - 8 * frames, y + 5 * frames), frames * STEP_US);
    const history = historyOf(at(0), at(1), at(2));
    for (const [from, to] of [
      [0, 1],
      [2, 1],
      [2, 0],
    ] as const) {
      const flow = flowTo(history, from * STEP_US, [REGION], { toUs: to * STEP_US });
      if (flow === null) throw new Error('no flow');
      expect(flow).toMatchObject({ fromUs: from * STEP_US, toUs: to * STEP_US });
      const moved = to - from;
      expect(flowError(flow, (x, y) => ({ x: x - 8 * moved, y: y + 5 * moved }))).toBeLessThan(0.3);
    }
    expect(flowTo(history, 0, [REGION], { toUs: 9 })).toBeNull();
  });

  it('does not mistake a change of brightness for motion', () => {
    const now = lumaWhere((x, y) => 20 + 0.9 * texture(x - 4, y), STEP_US);
    const flow = flowTo(historyOf(lumaWhere(texture, 0), now), 0, [REGION]);
    expect(flow).not.toBeNull();
    if (flow !== null) expect(flowError(flow, (x, y) => ({ x: x - 4, y }))).toBeLessThan(0.3);
  });

  it('goes on from its last answer beyond what one step could find', () => {
    const shift = (dx: number) => (x: number, y: number) => ({ x: x - dx, y });
    let history = historyOf(lumaWhere(texture, 0));
    let flow: FlowField | null = null;
    for (let step = 1; step <= 6; step++) {
      const truth = shift(18 * step);
      history = observeLuma(
        history,
        lumaWhere((x, y) => texture(truth(x, y).x, truth(x, y).y), step * STEP_US),
      );
      flow = flowTo(history, 0, [{ x0: 160, y0: 200, x1: 260, y1: 280 }], { previous: flow });
    }
    if (flow === null) throw new Error('no flow');
    expect(flowError(flow, shift(108))).toBeLessThan(0.4);
  });

  it('follows the motion through the pictures between when there is no answer to start from', () => {
    const truth = (x: number, y: number) => ({ x: x - 120, y: y + 60 });
    const at = (frames: number) => lumaWhere((x, y) => texture(x - 20 * frames, y + 10 * frames), frames * STEP_US);
    const flow = flowTo(historyOf(...[0, 1, 2, 3, 4, 5, 6].map(at)), 0, [{ x0: 150, y0: 260, x1: 250, y1: 340 }]);
    if (flow === null) throw new Error('no flow');
    expect(flowError(flow, truth)).toBeLessThan(0.5);
  });

  it('is measured only where the regions have gone', () => {
    const flow = measured((x, y) => ({ x: x - 10, y }));
    const at = (x: number, y: number) =>
      flow.confidence[
        Math.floor((y * flow.height) / FRAME.height) * flow.width + Math.floor((x * flow.width) / FRAME.width)
      ];
    expect(at(320, 240)).toBeGreaterThan(0);
    expect(at(40, 40)).toBe(0);
  });

  it('says when the past frame is not remembered', () => {
    expect(flowTo(historyOf(lumaWhere(texture, 0)), 999, [REGION])).toBeNull();
    expect(flowTo(emptyMotion, 0, [REGION])).toBeNull();
  });
});

describe('history', () => {
  it('forgets at a cut, at a step backwards in time and when the frame changes size', () => {
    const first = historyOf(lumaWhere(texture, 0), lumaWhere(texture, STEP_US));
    expect(first.epoch).toBe(0);
    expect(first.pictures).toHaveLength(2);
    const cut = observeLuma(
      first,
      lumaWhere((x) => (x > 300 ? 5 : 250), 2 * STEP_US),
    );
    expect(cut.epoch).toBe(1);
    expect(cut.pictures).toHaveLength(1);
    expect(observeLuma(first, lumaWhere(texture, 10)).epoch).toBe(1);
    const resized = { ...lumaWhere(texture, 2 * STEP_US), frame: { width: 1280, height: 960 } };
    expect(observeLuma(first, resized).epoch).toBe(1);
  });

  it('takes camera motion for no cut', () => {
    const moved = historyOf(
      lumaWhere(texture, 0),
      lumaWhere((x, y) => texture(x + 60, y - 25), STEP_US),
    );
    expect(moved.epoch).toBe(0);
  });

  it('ignores a frame seen twice, and lets go of old ones', () => {
    const still = lumaWhere(texture, 0);
    let history = historyOf(still, still);
    expect(history.pictures).toHaveLength(1);
    for (let i = 1; i <= 80; i++)
      history = observeLuma(history, { ...still, timestampUs: i * STEP_US }, new Set([STEP_US]));
    expect(history.pictures[0]?.levels[0]?.width).toBe(320);
    expect(history.pictures.length).toBeLessThan(65);
    expect(history.pictures.map((picture) => picture.timestampUs)).toContain(STEP_US);
    expect(history.pictures.map((picture) => picture.timestampUs)).not.toContain(2 * STEP_US);
  });
});

describe('carrying a mask', () => {
  /** A textured disc over another, still texture. */
  const scene = (cx: number, cy: number, radius: number, timestampUs: number): LumaImage => {
    const inside = disc(cx, cy, radius);
    return lumaWhere(
      (x, y) =>
        inside(x, y) > 0
          ? 0.55 * texture(((x - cx) * 60) / radius + 900, ((y - cy) * 60) / radius) + 90
          : 0.5 * texture(1.3 * x, 1.3 * y),
      timestampUs,
    );
  };

  it.each([
    { cx: 300, cy: 240, radius: 60 },
    { cx: 322.5, cy: 231, radius: 60 },
    { cx: 345, cy: 262, radius: 66 },
  ])('keeps a disc that moves to $cx, $cy with radius $radius', ({ cx, cy, radius }) => {
    const mask = discMask(300, 240, 60);
    const flow = flowTo(historyOf(scene(300, 240, 60, 0), scene(cx, cy, radius, STEP_US)), 0, [
      { x0: 240, y0: 180, x1: 360, y1: 300 },
    ]);
    if (flow === null) throw new Error('no flow');
    const carried = carryMask(mask, flow);
    expect(carried.timestampUs).toBe(STEP_US);
    expect(maskIou(carried, discMask(cx, cy, radius, STEP_US))).toBeGreaterThan(0.92);
  });

  it('moves the viewport with the object and stays within the frame', () => {
    const flow = flowTo(historyOf(scene(560, 240, 60, 0), scene(600, 240, 60, STEP_US)), 0, [
      { x0: 500, y0: 180, x1: 620, y1: 300 },
    ]);
    if (flow === null) throw new Error('no flow');
    const { viewport } = carryMask(discMask(560, 240, 60), flow);
    expect(viewport.x).toBeGreaterThan(480);
    expect(viewport.x + viewport.width).toBeLessThan(FRAME.width + viewport.width / 8);
  });

  it('leaves a mask alone on its own frame', () => {
    const mask = discMask(300, 240, 60, STEP_US);
    const history = historyOf(scene(300, 240, 60, 0), scene(300, 240, 60, STEP_US));
    const flow = flowTo(history, STEP_US, []);
    expect(flow === null ? null : carryMask(mask, flow).data).toBe(mask.data);
  });
});

describe('luma', () => {
  it('weighs the colours as the eye does, and keeps the frame shape', () => {
    expect(lumaSizeOf({ width: 1920, height: 1080 })).toEqual({ width: 320, height: 180 });
    expect(lumaSizeOf({ width: 200, height: 100 })).toEqual({ width: 200, height: 100 });
    const rgba = new Uint8ClampedArray([255, 255, 255, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
    const { data } = lumaFromRgba(rgba, { width: 2, height: 2 }, { width: 2, height: 2 }, 7);
    expect([...data]).toEqual([255, 77, 149, 29]);
  });
});

describe('a mask of one of two equal things', () => {
  /** The one stands still; where the other comes into view the picture matches the first one as it was. */
  const flowWith = (double: number): FlowField => {
    const [width, height] = [160, 120];
    const [dx, dy] = [new Float32Array(width * height), new Float32Array(width * height)];
    const confidence = new Float32Array(width * height).fill(0.9);
    for (let i = 0; i < dx.length; i++) {
      const [x, y] = [((i % width) + 0.5) * 4, (Math.floor(i / width) + 0.5) * 4];
      if (Math.hypot(x - 420, y - 240) > 48) continue;
      dx[i] = -120;
      confidence[i] = double;
    }
    return { width, height, dx, dy, confidence, frame: FRAME, fromUs: 0, toUs: STEP_US };
  };
  const mask = discMask(300, 240, 40);
  const one = discMask(300, 240, 40, STEP_US);

  it('is not carried to the other as well', () => {
    expect(maskIou(carryMask(mask, flowWith(0.4)), one)).toBeGreaterThan(0.8);
  });

  it('is where nothing tells the two apart', () => {
    expect(maskIou(carryMask(mask, flowWith(0.85)), one)).toBeLessThan(0.6);
  });
});
