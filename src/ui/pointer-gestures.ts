import type { Point } from '../shared/geometry.js';

/** Stage points, CSS pixels. */
export type GestureTarget = {
  tap(at: Point, intent: 'tap' | 'more' | 'less'): void;
  /** While a box is drawn; null when it is given up. */
  dragging(box: { readonly from: Point; readonly to: Point } | null): void;
  box(from: Point, to: Point): void;
};

/** The part of a PointerEvent that a gesture depends on. */
export type PointerFacts = Pick<PointerEvent, 'pointerId' | 'button' | 'shiftKey' | 'altKey' | 'ctrlKey'>;

const HOLD_MS = 500;
/** A finger or a hand that trembles less than this has not moved. */
const SLOP_PX = 8;

type Press = { readonly id: number; readonly from: Point; readonly facts: PointerFacts; dragging: boolean };

/**
 * Tells taps, long presses and drags apart. Shift: this too. Alt, right button, Ctrl-click of a Mac, or a press held for half a second: not
 * this. A second finger gives the gesture up.
 */
export class PointerGestures {
  readonly #target: GestureTarget;
  #press: Press | null = null;
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  get active(): boolean {
    return this.#press !== null;
  }

  down(facts: PointerFacts, from: Point): void {
    if (this.#press !== null) return this.cancel();
    if (facts.button !== 0 && facts.button !== 2) return;
    this.#press = { id: facts.pointerId, from, facts, dragging: false };
    if (facts.button === 0) this.#holdTimer = setTimeout(() => this.#held(), HOLD_MS);
  }

  move(facts: PointerFacts, to: Point): void {
    const press = this.#press;
    if (press?.id !== facts.pointerId || press.facts.button !== 0) return;
    press.dragging ||= Math.hypot(to.x - press.from.x, to.y - press.from.y) > SLOP_PX;
    if (!press.dragging) return;
    clearTimeout(this.#holdTimer);
    this.#target.dragging({ from: press.from, to });
  }

  up(facts: PointerFacts, to: Point): void {
    const press = this.#press;
    if (press?.id !== facts.pointerId) return;
    this.#end();
    if (press.dragging) this.#target.box(press.from, to);
    else this.#target.tap(press.from, intentOf(press.facts));
  }

  cancel(): void {
    this.#end();
  }

  #held(): void {
    const press = this.#press;
    if (press === null) return;
    this.#end();
    this.#target.tap(press.from, 'less');
  }

  #end(): void {
    clearTimeout(this.#holdTimer);
    if (this.#press?.dragging === true) this.#target.dragging(null);
    this.#press = null;
  }
}

function intentOf({ button, shiftKey, altKey, ctrlKey }: PointerFacts): 'tap' | 'more' | 'less' {
  if (button === 2 || altKey || ctrlKey) return 'less';
  return shiftKey ? 'more' : 'tap';
}
