import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { boxFromCorners, type Point, type Size } from '../shared/geometry.js';
import type { ObjectId, ObjectSummary } from '../shared/pipeline-api.js';
import type { ObjectMemory } from '../session/app-state.js';
import { ask, type TapMode } from './actions.js';
import type { Command } from './keyboard.js';
import { PointerGestures } from './pointer-gestures.js';
import { clampPoint, isInFrame, pictureRect, toFrame, toStage, type StageView } from './stage-geometry.js';
import { overlay, overlayStyles, type StageBox } from './stage-overlay.js';
import { styled } from './styled.js';
import { base, checkerboard } from './theme.js';

type Intent = 'tap' | 'more' | 'less';

/** One arrow key, as a part of the frame's longer side. */
const RETICLE_STEP = 1 / 100;
const SMALLEST_BOX_PX = 6;
const PREVIEW_EVERY_MS = 120;
/** One notch of most wheels. */
const WHEEL_NOTCH = 60;

/**
 * The picture and the hands on it. Gives its canvas away once per `generation` (`stage-ready`); everything it says about places is in frame pixels.
 */
@customElement('live-roto-stage')
export class LiveRotoStage extends LitElement {
  static override readonly styles = [
    base,
    checkerboard,
    overlayStyles,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        touch-action: none;
        user-select: none;
        -webkit-user-select: none;
        -webkit-touch-callout: none;
      }
      .surface {
        position: absolute;
        inset: 0;
        outline-width: 2px;
        outline-offset: -2px;
      }
      .surface.on {
        cursor: crosshair;
      }
      .picture {
        position: absolute;
        display: none;
      }
      .on .picture {
        display: block;
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .mirrored canvas {
        transform: scaleX(-1);
      }
    `,
  ];

  /** Null while there is no source. */
  @property({ attribute: false }) frameSize: Size | null = null;
  @property({ type: Boolean }) mirrored = false;
  @property({ type: Number }) generation = 0;
  @property({ attribute: false }) objects: readonly ObjectSummary[] = [];
  @property({ attribute: false }) memory: ReadonlyMap<ObjectId, ObjectMemory> = new Map();
  @property({ attribute: false }) selectedId: ObjectId | null = null;
  @property({ attribute: false }) tapMode: TapMode = 'new';
  /** The picture has holes, so that something must show through them. */
  @property({ type: Boolean }) transparent = false;
  /** Whether a tap here would be answered, so that hovering may preview it. */
  @property({ type: Boolean }) previews = false;

  @state() private container: Size = { width: 0, height: 0 };
  @state() private reticle: Point | null = null;
  @state() private boxAnchor: Point | null = null;
  @state() private dragged: StageBox | null = null;
  @state() private lastTap: { readonly count: number; readonly at: Point } | null = null;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.surface') private readonly surface!: HTMLElement;

  private readonly resizes = new ResizeObserver(() => this.measure());
  private previewedAtMs = 0;
  private wheeled = 0;

  private readonly gestures = new PointerGestures({
    tap: (at, intent) => {
      const view = this.view;
      if (view !== null) this.say(toFrame(view, at), intent);
    },
    dragging: (box) => (this.dragged = box),
    box: (from, to) => {
      const view = this.view;
      if (view !== null) this.sayBox(toFrame(view, from), toFrame(view, to));
    },
  });

  private get view(): StageView | null {
    if (this.frameSize === null || this.container.width === 0) return null;
    return { content: this.frameSize, container: this.container, mirrored: this.mirrored };
  }

  private get selected(): ObjectSummary | null {
    return this.objects.find((object) => object.id === this.selectedId) ?? null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.gestures.cancel();
  }

  override focus(options?: FocusOptions): void {
    this.surface.focus(options);
  }

  /** Carries out a key; false when it has no meaning here, so that the browser may have it. */
  perform(command: Command): boolean {
    switch (command.kind) {
      case 'move':
        return this.moveReticle(command.dx, command.dy);
      case 'fire':
        return this.fire(command.intent);
      case 'box-mode':
        this.boxAnchor = this.boxAnchor === null ? this.placeReticle() : null;
        return true;
      case 'cancel':
        return this.giveUp();
      default:
        return false;
    }
  }

  override render(): TemplateResult {
    const view = this.view;
    const rect = view === null ? { x: 0, y: 0, width: 0, height: 0 } : pictureRect(view);
    const px = (value: number): string => `${value}px`;
    return html`
      <div
        class="surface ${view === null ? '' : 'on'} ${this.mirrored ? 'mirrored' : ''}"
        role="application"
        aria-label="Picture. Arrow keys move the reticle, Enter taps, question mark lists all keys."
        tabindex="0"
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointercancel=${() => this.gestures.cancel()}
        @pointerleave=${this.onLeave}
        @contextmenu=${(event: Event) => event.preventDefault()}
        @wheel=${this.onWheel}
      >
        <div
          class="picture ${this.transparent ? 'checker' : ''}"
          ${styled({ left: px(rect.x), top: px(rect.y), width: px(rect.width), height: px(rect.height) })}
        >
          ${keyed(this.generation, html`<canvas></canvas>`)}
        </div>
        ${view === null ? null : this.overlay(view)}
      </div>
    `;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('generation')) {
      ask(this, { kind: 'stage-ready', canvas: this.canvas.transferControlToOffscreen() });
    }
    if (changed.has('frameSize')) {
      this.reticle = null;
      this.boxAnchor = null;
      this.gestures.cancel();
    }
  }

  private overlay(view: StageView): TemplateResult {
    const anchored =
      this.boxAnchor === null || this.reticle === null
        ? null
        : { from: toStage(view, this.boxAnchor), to: toStage(view, this.reticle) };
    const { objects, selected, memory, reticle, lastTap } = this;
    const box = this.dragged ?? anchored;
    return overlay({ view, objects, selected, memory, reticle, box, tap: lastTap, nowMs: performance.now() });
  }

  private measure(): void {
    const { width, height } = this.getBoundingClientRect();
    this.container = { width, height };
  }

  private stagePoint(event: MouseEvent): Point {
    const { left, top } = this.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private say(point: Point, intent: Intent): void {
    const view = this.view;
    if (view === null || !isInFrame(view, point)) return;
    this.lastTap = { count: (this.lastTap?.count ?? 0) + 1, at: toStage(view, point) };
    const meant = intent === 'tap' && this.tapMode !== 'new' ? this.tapMode : intent;
    if (meant === 'tap') ask(this, { kind: 'tap', point });
    else ask(this, { kind: 'say', point: { ...point, inside: meant === 'more' } });
  }

  private sayBox(a: Point, b: Point): void {
    if (this.frameSize === null) return;
    const box = boxFromCorners(clampPoint(a, this.frameSize), clampPoint(b, this.frameSize));
    if (box.x1 - box.x0 >= SMALLEST_BOX_PX && box.y1 - box.y0 >= SMALLEST_BOX_PX) ask(this, { kind: 'box', box });
  }

  private placeReticle(): Point | null {
    const size = this.frameSize;
    if (size === null) return null;
    this.reticle ??= { x: size.width / 2, y: size.height / 2 };
    return this.reticle;
  }

  /** Arrows go where they point on the screen, so x turns round in a mirror. */
  private moveReticle(dx: number, dy: number): boolean {
    const size = this.frameSize;
    const from = this.placeReticle();
    if (size === null || from === null) return false;
    const step = Math.max(size.width, size.height) * RETICLE_STEP;
    const across = this.mirrored ? -dx : dx;
    this.reticle = clampPoint({ x: from.x + across * step, y: from.y + dy * step }, size);
    this.preview(this.reticle);
    return true;
  }

  private fire(intent: Intent): boolean {
    const at = this.placeReticle();
    if (at === null) return false;
    if (this.boxAnchor !== null && intent === 'tap') {
      this.sayBox(this.boxAnchor, at);
      this.boxAnchor = null;
    } else this.say(at, intent);
    return true;
  }

  private giveUp(): boolean {
    const busy = this.boxAnchor !== null || this.reticle !== null || this.gestures.active;
    this.gestures.cancel();
    if (this.boxAnchor !== null) this.boxAnchor = null;
    else this.reticle = null;
    if (!busy) ask(this, { kind: 'select', id: null });
    return true;
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (this.view === null) return;
    this.reticle = null;
    this.boxAnchor = null;
    this.surface.setPointerCapture(event.pointerId);
    this.gestures.down(event, this.stagePoint(event));
  };

  private readonly onMove = (event: PointerEvent): void => {
    const at = this.stagePoint(event);
    this.gestures.move(event, at);
    const view = this.view;
    if (view === null || this.gestures.active || event.pointerType === 'touch') return;
    const point = toFrame(view, at);
    this.preview(isInFrame(view, point) ? point : null);
  };

  private readonly onUp = (event: PointerEvent): void => this.gestures.up(event, this.stagePoint(event));

  private readonly onLeave = (): void => {
    this.previewedAtMs = 0;
    this.preview(null);
  };

  private preview(point: Point | null): void {
    const nowMs = performance.now();
    if (!this.previews || nowMs - this.previewedAtMs < PREVIEW_EVERY_MS) return;
    this.previewedAtMs = nowMs;
    ask(this, { kind: 'preview', point });
  }

  private readonly onWheel = (event: WheelEvent): void => {
    const box = this.selected?.box ?? null;
    const view = this.view;
    if (view === null || box === null) return;
    const { x, y } = toFrame(view, this.stagePoint(event));
    if (x < box.x0 || x >= box.x1 || y < box.y0 || y >= box.y1) return;
    event.preventDefault();
    this.wheeled += event.deltaY;
    if (Math.abs(this.wheeled) < WHEEL_NOTCH) return;
    ask(this, { kind: 'candidate-step', step: Math.sign(this.wheeled) });
    this.wheeled = 0;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-stage': LiveRotoStage;
  }
}
