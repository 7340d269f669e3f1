import type { PixelView } from '../shared/frame.js';
import type { Box, Size } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import { carryMask, regionsOf } from '../tracking/carry.js';
import type { PlanContext } from '../tracking/plan.js';
import { lumaFromRgba } from '../tracking/luma.js';
import {
  emptyMotion,
  FLOW_BUDGET,
  LEAST_BUDGET,
  flowTo,
  observeLuma,
  type FlowField,
  type MotionHistory,
} from '../tracking/motion.js';
import type { StageClock } from './stage-clock.js';

/** A mask as it is on some frame; null when it cannot be carried there (across a cut, too far). */
export type Carry = PlanContext['carry'];

/** What has been measured for one frame. */
type Carried = {
  /** The flow that covers each mask. */
  readonly flows: WeakMap<MaskGrid, FlowField | null>;
  readonly masks: WeakMap<MaskGrid, MaskGrid | null>;
};

/** Keeps the motion of the recent past and carries masks along it, to the newest frame or to one that is shown late. */
export class MaskCarrier {
  readonly #clock: StageClock;
  #history: MotionHistory = emptyMotion;
  #frames = new Map<number, Carried>();
  /** The newest flow from each time, to start the next from. */
  #latest = new Map<number, FlowField>();

  constructor(clock: StageClock) {
    this.#clock = clock;
  }

  /**
   * Takes in a new frame's small picture.
   * @param masksUs times to remember however old they are: frames that a mask or an unanswered tap belongs to
   */
  observe(guide: PixelView, frame: Size, masksUs: ReadonlySet<number>): void {
    this.#clock.time('motion', () => {
      const luma = lumaFromRgba(guide.rgba, guide, frame, guide.timestampUs);
      this.#history = observeLuma(this.#history, luma, masksUs);
    });
    const remembered = new Set(this.#history.pictures.map(({ timestampUs }) => timestampUs));
    const isRemembered = ([timeUs]: readonly [number, unknown]): boolean => remembered.has(timeUs);
    this.#latest = new Map([...this.#latest].filter(isRemembered));
    this.#frames = new Map([...this.#frames].filter(isRemembered).slice(-FRAMES));
  }

  /**
   * Measures how the picture has moved between `masks` and the frame of `toUs`. Masks of one time share a measurement, and all times share the
   * budget of one frame.
   */
  carryTo(toUs: number, masks: readonly MaskGrid[]): Carry {
    const carried = this.#frames.get(toUs) ?? { flows: new WeakMap(), masks: new WeakMap() };
    this.#frames.set(toUs, carried);
    const groups = groupedByTime(masks.filter((mask) => mask.timestampUs !== toUs && !carried.flows.has(mask)));
    if (groups.size > 0) {
      const budget = Math.max(LEAST_BUDGET, FLOW_BUDGET / groups.size);
      this.#clock.time('motion', () => {
        for (const [fromUs, group] of groups) {
          const flow = this.#flow(
            fromUs,
            toUs,
            group.flatMap((mask) => regionsOf(mask)),
            budget,
          );
          for (const mask of group) carried.flows.set(mask, flow);
        }
      });
    }
    return (mask, detail) => this.#carry(mask, toUs, carried, detail === 'rough');
  }

  #carry(mask: MaskGrid, toUs: number, { flows, masks }: Carried, rough: boolean): MaskGrid | null {
    if (mask.timestampUs === toUs) return mask;
    const known = masks.get(mask);
    if (known !== undefined) return known;
    const flow = flows.has(mask) ? (flows.get(mask) ?? null) : this.#flowOf(mask, toUs, rough);
    const moved = flow === null ? null : this.#clock.time('carry', () => carryMask(mask, flow));
    masks.set(mask, moved);
    return moved;
  }

  /** A mask that nobody announced (a keyframe's answer since, a mask on trial) gets a flow of its own. */
  #flowOf(mask: MaskGrid, toUs: number, rough: boolean): FlowField | null {
    const regions = regionsOf(mask, rough ? 'rough' : undefined);
    if (regions.length === 0) return null;
    const budget = rough ? LEAST_BUDGET : FLOW_BUDGET;
    return this.#clock.time('motion', () => this.#flow(mask.timestampUs, toUs, regions, budget, rough));
  }

  #flow(fromUs: number, toUs: number, regions: readonly Box[], budget: number, rough = false): FlowField | null {
    const previous = this.#latest.get(fromUs) ?? null;
    const flow = flowTo(this.#history, fromUs, regions, { toUs, previous, budget });
    // A rough one is not where the next should start from.
    if (flow !== null && !rough && toUs >= (previous?.toUs ?? toUs)) this.#latest.set(fromUs, flow);
    return flow;
  }
}

/** The frame on screen, those that wait to be shown, and the newest. */
const FRAMES = 6;

function groupedByTime(masks: readonly MaskGrid[]): Map<number, MaskGrid[]> {
  const groups = new Map<number, MaskGrid[]>();
  for (const mask of new Set(masks)) groups.set(mask.timestampUs, [...(groups.get(mask.timestampUs) ?? []), mask]);
  return groups;
}
