import { css, html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { boxCentre, type Point } from '../shared/geometry.js';
import type { ObjectSummary } from '../shared/pipeline-api.js';
import type { ObjectMemory } from '../session/app-state.js';
import { boxOnStage, toStage, type StageView } from './stage-geometry.js';

/** Two corners on the stage, CSS pixels. */
export type StageBox = { readonly from: Point; readonly to: Point };

export const overlayStyles = css`
  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    overflow: hidden;
    pointer-events: none;
  }
  .halo {
    fill: none;
    stroke: rgb(0 0 0 / 65%);
    stroke-width: 4;
  }
  .line {
    fill: none;
    stroke: #fff;
    stroke-width: 2;
  }
  .dashed {
    stroke-dasharray: 7 6;
  }
  .mark-back {
    fill: rgb(0 0 0 / 78%);
    stroke: #fff;
    stroke-width: 2;
  }
  .less .mark-back {
    fill: #fff;
    stroke: #000;
  }
  .mark-sign {
    stroke: #fff;
    stroke-width: 2;
    stroke-linecap: round;
  }
  .less .mark-sign {
    stroke: #000;
  }
  .pulse {
    fill: none;
    stroke: #fff;
    stroke-width: 3;
    transform-box: fill-box;
    transform-origin: center;
    animation: pulse 900ms ease-out infinite;
  }
  .pulse.once {
    animation-iteration-count: 1;
    animation-fill-mode: forwards;
  }
  @keyframes pulse {
    from {
      transform: scale(0.3);
      opacity: 1;
    }
    to {
      transform: scale(1.25);
      opacity: 0;
    }
  }
  text {
    font:
      600 13px system-ui,
      sans-serif;
    fill: #fff;
    stroke: rgb(0 0 0 / 75%);
    stroke-width: 4;
    paint-order: stroke;
    text-anchor: middle;
  }
`;

const mark = ({ x, y }: Point, inside: boolean): SVGTemplateResult => svg`
  <g class=${inside ? 'more' : 'less'} transform="translate(${x} ${y})">
    <circle class="mark-back" r="8"></circle>
    <path class="mark-sign" d=${inside ? 'M-4 0h8M0-4v8' : 'M-4 0h8'}></path>
  </g>`;

/** Prompts stay where they were said; the object moves. They are drawn as far from their place as its box has moved since. */
function promptMarks(view: StageView, object: ObjectSummary, memory: ObjectMemory | undefined): SVGTemplateResult[] {
  const anchor = memory?.anchor ?? null;
  const centre = object.box === null ? null : boxCentre(object.box);
  const dx = anchor === null || centre === null ? 0 : centre.x - anchor.x;
  const dy = anchor === null || centre === null ? 0 : centre.y - anchor.y;
  return object.prompts.flatMap((prompt) =>
    prompt.kind === 'point'
      ? [mark(toStage(view, { x: prompt.point.x + dx, y: prompt.point.y + dy }), prompt.point.inside)]
      : [],
  );
}

function waiting(view: StageView, object: ObjectSummary): SVGTemplateResult {
  const last = object.prompts.at(-1);
  if (last === undefined) return svg``;
  const { x, y } = toStage(view, last.kind === 'point' ? last.point : boxCentre(last.box));
  return svg`<circle class="pulse" cx=${x} cy=${y} r="26"></circle>`;
}

function lostLabel(view: StageView, object: ObjectSummary, lostAtMs: number | null, nowMs: number): SVGTemplateResult {
  if (object.box === null) return svg``;
  const { x, y, width } = boxOnStage(view, object.box);
  const seconds = lostAtMs === null ? 0 : Math.round((nowMs - lostAtMs) / 1000);
  return svg`<text x=${x + width / 2} y=${Math.max(18, y - 8)}>${object.name}: lost ${seconds} s ago</text>`;
}

const rect = ({ from, to }: StageBox, className: string): SVGTemplateResult => svg`
  <rect class=${className} x=${Math.min(from.x, to.x)} y=${Math.min(from.y, to.y)}
    width=${Math.abs(to.x - from.x)} height=${Math.abs(to.y - from.y)} rx="3"></rect>`;

const dragBox = (box: StageBox): SVGTemplateResult => svg`${rect(box, 'halo')}${rect(box, 'line dashed')}`;

const RETICLE = 'M-22 0h14M8 0h14M0-22v14M0 8v14';
const reticleAt = ({ x, y }: Point): SVGTemplateResult => svg`
  <g class="reticle" transform="translate(${x} ${y})">
    <path class="halo" d=${RETICLE}></path><path class="line" d=${RETICLE}></path>
    <circle class="halo" r="14"></circle><circle class="line" r="14"></circle>
    <circle class="line" r="1"></circle>
  </g>`;

export type OverlayParts = {
  readonly view: StageView;
  readonly objects: readonly ObjectSummary[];
  readonly selected: ObjectSummary | null;
  readonly memory: ReadonlyMap<number, ObjectMemory>;
  readonly reticle: Point | null;
  readonly box: StageBox | null;
  /** The newest tap, counted so that each gets its own ring. */
  readonly tap: { readonly count: number; readonly at: Point } | null;
  readonly nowMs: number;
};

/** Everything that the page draws over the picture; decoration only, so hidden from assistive technology. */
export function overlay(parts: OverlayParts): TemplateResult {
  const { view, objects, selected, memory, reticle, box, tap, nowMs } = parts;
  return html`<svg aria-hidden="true">
    ${objects.map((object) => {
      if (object.state === 'pending') return waiting(view, object);
      if (object.state !== 'lost') return null;
      return lostLabel(view, object, memory.get(object.id)?.lostAtMs ?? null, nowMs);
    })}
    ${selected === null || selected.state === 'lost' ? null : promptMarks(view, selected, memory.get(selected.id))}
    ${repeat(
      tap === null ? [] : [tap],
      ({ count }) => count,
      ({ at }) => svg`<circle class="pulse once" cx=${at.x} cy=${at.y} r="30"></circle>`,
    )}
    ${box === null ? null : dragBox(box)} ${reticle === null ? null : reticleAt(toStage(view, reticle))}
  </svg>`;
}
