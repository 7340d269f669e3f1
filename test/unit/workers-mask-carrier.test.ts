import { describe, expect, it } from 'vitest';
import type { PixelView } from '../../src/shared/frame.js';
import { maskIou } from '../../src/tracking/mask-geometry.js';
import { lumaSizeOf } from '../../src/tracking/luma.js';
import { MaskCarrier } from '../../src/workers/mask-carrier.js';
import { StageClock } from '../../src/workers/stage-clock.js';
import { disc, FRAME, maskWhere, STEP_US, texture } from './tracking-scene.js';

const SHIFT = 9;
const { width, height } = lumaSizeOf(FRAME);

/** The textured picture, moved to the right by so much. */
function guideAt(shift: number, timestampUs: number): PixelView {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    const x = (((i % width) + 0.5) * FRAME.width) / width - shift;
    const y = ((Math.floor(i / width) + 0.5) * FRAME.height) / height;
    rgba.fill(Math.round(texture(x, y)), 4 * i, 4 * i + 3);
  }
  return { rgba, width, height, viewport: { x: 0, y: 0, ...FRAME }, timestampUs };
}

/** Two things far from one another. */
const two = (shift: number, timestampUs: number) =>
  maskWhere(
    (x, y) => Math.max(disc(120 + shift, 240, 40)(x, y), disc(500 + shift, 240, 40)(x, y)),
    { x: 0, y: -80, side: 640 },
    timestampUs,
    40,
  );

function carrier(): MaskCarrier {
  const made = new MaskCarrier(new StageClock());
  made.observe(guideAt(0, 0), FRAME, new Set());
  made.observe(guideAt(SHIFT, STEP_US), FRAME, new Set());
  return made;
}

describe('mask carrier', () => {
  it('carries every part of a mask that is carried roughly', () => {
    const carried = carrier().carryTo(STEP_US, [])(two(0, 0), 'rough')!;
    expect(carried.timestampUs).toBe(STEP_US);
    expect(maskIou(carried, two(SHIFT, STEP_US))).toBeGreaterThan(0.85);
    expect(maskIou(two(0, 0), two(SHIFT, STEP_US))).toBeLessThan(0.8);
  });

  it('cannot carry what belongs to a frame that nobody remembers', () => {
    expect(carrier().carryTo(STEP_US, [])(two(0, -5 * STEP_US), 'rough')).toBeNull();
  });
});
