import type { Viewport } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import { lumaSizeOf } from '../../src/tracking/luma.js';
import { maskShape } from '../../src/tracking/mask-geometry.js';
import { MaskCarrier } from '../../src/workers/mask-carrier.js';
import { StageClock } from '../../src/workers/stage-clock.js';
import { readView, timeOf, type Clip } from './frames.js';

const OBJECTS = 4;

/** Processor time that one frame takes to be measured and four masks to be carried to it, ms, for every frame of a clip. */
export type CarryCost = {
  /** All masks from one frame, as when one keyframe looks at every object. */
  readonly together: readonly number[];
  /** Each from a frame of its own, one to four frames old. */
  readonly apart: readonly number[];
};

/**
 * What the pipeline's own carrier takes for four objects.
 * @param maskAt the mask of the clip's object on a frame; it is put into all four quarters of the picture
 */
export function costOfFour(clip: Clip, maskAt: (index: number) => MaskGrid | null): CarryCost {
  return { together: cost(clip, maskAt, () => 2), apart: cost(clip, maskAt, (n) => n + 1) };
}

function cost(clip: Clip, maskAt: (index: number) => MaskGrid | null, ageOf: (n: number) => number): number[] {
  const carrier = new MaskCarrier(new StageClock());
  const whole = { x: 0, y: 0, ...clip.size };
  const taken: number[] = [];
  for (let index = 0; index < clip.count; index++) {
    const nowUs = timeOf(clip, index);
    const guide = readView(clip.rgba(index), clip.size, whole, lumaSizeOf(clip.size), nowUs);
    const masks = Array.from({ length: OBJECTS }, (_, n) => maskAt(index - ageOf(n))).flatMap((mask, n) =>
      mask === null ? [] : { ...mask, viewport: quarter(mask.viewport, n, whole) },
    );
    // Known from when the mask was answered.
    masks.forEach(maskShape);
    const started = process.cpuUsage();
    carrier.observe(guide, clip.size, new Set());
    const carry = carrier.carryTo(nowUs, masks);
    masks.forEach((mask) => carry(mask));
    const { user, system } = process.cpuUsage(started);
    if (masks.length === OBJECTS) taken.push((user + system) / 1000);
  }
  return taken;
}

/** The same view in the n-th quarter of the picture. */
function quarter(viewport: Viewport, n: number, frame: Viewport): Viewport {
  const place = (at: number, extent: number, whole: number, half: number): number =>
    ((at + extent / 2 + half * (whole / 2)) % whole) - extent / 2;
  return {
    ...viewport,
    x: place(viewport.x, viewport.width, frame.width, n % 2),
    y: place(viewport.y, viewport.height, frame.height, n >> 1),
  };
}
