import type { PixelView } from '../shared/frame.js';
import type { Box, Size } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import { carryMask } from '../tracking/carry.js';
import { maskShape } from '../tracking/mask-geometry.js';
import { lumaFromRgba } from '../tracking/luma.js';
import { emptyMotion, flowTo, observeLuma, type FlowField, type MotionHistory } from '../tracking/motion.js';
import { heldFrames, type Track } from '../tracking/track.js';
import type { StageClock } from './stage-clock.js';

/** A track's mask as it is on the newest frame; null when it cannot be carried there (before a cut, too old). */
export type Carry = (mask: MaskGrid) => MaskGrid | null;

/** Keeps the motion of the recent past and carries masks along it to the newest frame. */
export class MaskCarrier {
  readonly #clock: StageClock;
  #history: MotionHistory = emptyMotion;
  /** Newest flow for each keyframe time that some mask still belongs to. */
  #flows = new Map<number, FlowField | null>();
  #carried = new WeakMap<MaskGrid, MaskGrid | null>();
  #nowUs = 0;

  constructor(clock: StageClock) {
    this.#clock = clock;
  }

  /** Takes in a new frame's small picture and measures how the picture has moved since every track's mask. */
  advance(guide: PixelView, frame: Size, tracks: readonly Track[]): void {
    this.#nowUs = guide.timestampUs;
    this.#carried = new WeakMap();
    const previous = this.#flows;
    this.#flows = new Map();
    this.#clock.time('motion', () => {
      this.#history = observeLuma(
        this.#history,
        lumaFromRgba(guide.rgba, guide, frame, guide.timestampUs),
        timesOf(tracks),
      );
      for (const [fromUs, regions] of regionsByTime(tracks)) {
        if (fromUs === this.#nowUs) continue;
        this.#flows.set(fromUs, flowTo(this.#history, fromUs, regions, previous.get(fromUs) ?? null));
      }
    });
  }

  readonly carry: Carry = (mask) => {
    if (mask.timestampUs === this.#nowUs) return mask;
    const known = this.#carried.get(mask);
    if (known !== undefined) return known;
    const flow = this.#flowFor(mask);
    const carried = flow === null ? null : this.#clock.time('carry', () => carryMask(mask, flow));
    this.#carried.set(mask, carried);
    return carried;
  };

  /** A mask that came in since `advance` (a keyframe's answer) has no flow yet; it gets one of its own. */
  #flowFor(mask: MaskGrid): FlowField | null {
    const known = this.#flows.get(mask.timestampUs);
    if (known !== undefined) return known;
    const box = maskShape(mask)?.box;
    return box === undefined ? null : flowTo(this.#history, mask.timestampUs, [box], null);
  }
}

/** The frames that masks and unanswered taps belong to: a slow answer must still be carried to the present. */
const timesOf = (tracks: readonly Track[]): ReadonlySet<number> =>
  new Set([
    ...heldFrames(tracks),
    ...tracks.flatMap(({ mask, state }) => (mask === null || state === 'lost' ? [] : [mask.timestampUs])),
  ]);

function regionsByTime(tracks: readonly Track[]): Map<number, Box[]> {
  const regions = new Map<number, Box[]>();
  for (const { mask, box, state } of tracks) {
    if (mask === null || box === null || state === 'lost') continue;
    regions.set(mask.timestampUs, [...(regions.get(mask.timestampUs) ?? []), box]);
  }
  return regions;
}
