import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { DEFAULT_CAMERA } from '../session/source.js';
import { ask, type Action } from './actions.js';
import { icon, type IconName } from './icons.js';
import { base } from './theme.js';

/** A mug, cut out along a marching outline: what the app does, without a word. */
const picture = svg`
  <g class="scene">
    <rect x="10" y="12" width="220" height="116" rx="22"></rect>
    <circle cx="62" cy="52" r="17"></circle>
    <path d="M10 106c34-30 62-26 92-8s76 10 128-20v28a22 22 0 0 1-22 22H32a22 22 0 0 1-22-22z"></path>
  </g>
  <g class="mug">
    <path d="M104 50h54v46a17 17 0 0 1-17 17h-20a17 17 0 0 1-17-17z"></path>
    <path class="handle" d="M158 62h9a13 13 0 0 1 13 13v4a13 13 0 0 1-13 13h-9"></path>
  </g>
  <path class="march" d="M98 44h66v12h4a19 19 0 0 1 19 19v4a19 19 0 0 1-19 19h-5a23 23 0 0 1-22 21h-20a23 23 0 0 1-23-23z"></path>`;

const WAYS: readonly { readonly icon: IconName; readonly label: string; readonly action: Action }[] = [
  { icon: 'camera', label: 'Use camera', action: { kind: 'open-source', request: DEFAULT_CAMERA } },
  { icon: 'film', label: 'Open a video', action: { kind: 'choose-file' } },
  { icon: 'shapes', label: 'Try the sample', action: { kind: 'open-source', request: { kind: 'sample' } } },
];

/** What stands on the stage before there is a picture. */
@customElement('live-roto-welcome')
export class LiveRotoWelcome extends LitElement {
  static override readonly styles = [
    base,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: 10px;
        text-align: center;
        padding: 16px;
      }
      svg.art {
        width: min(280px, 62vw);
        height: auto;
        overflow: visible;
      }
      .scene {
        opacity: 0.5;
      }
      .scene rect {
        fill: var(--raised);
      }
      .scene circle,
      .scene path {
        fill: var(--raised-hover);
      }
      .mug path {
        fill: var(--accent);
      }
      .mug .handle {
        fill: none;
        stroke: var(--accent);
        stroke-width: 9;
      }
      .march {
        fill: none;
        stroke: var(--ink);
        stroke-width: 2;
        stroke-dasharray: 7 6;
        stroke-linejoin: round;
        animation: march 1.6s linear infinite;
      }
      @keyframes march {
        to {
          stroke-dashoffset: -26;
        }
      }
      h1 {
        margin: 8px 0 0;
        font-size: clamp(22px, 4.6vw, 34px);
        font-weight: 680;
        letter-spacing: -0.02em;
        line-height: 1.2;
        text-wrap: balance;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 10px;
        margin-top: 14px;
      }
      .ways button {
        min-height: 56px;
        padding: 0 22px;
        font-size: 16px;
        border-radius: 16px;
      }
      .promise {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        margin: 12px 0 0;
      }
      .promise svg.i {
        width: 16px;
        height: 16px;
      }
      @media (max-width: 520px) {
        .drop {
          display: none;
        }
        .ways {
          flex-direction: column;
          align-self: stretch;
          width: min(320px, 100%);
        }
      }
    `,
  ];

  @property({ type: Boolean }) busy = false;

  override render(): TemplateResult {
    return html`
      <svg class="art" viewBox="0 0 240 140" aria-hidden="true">${picture}</svg>
      <h1>Tap a thing. It stays cut out while it moves.</h1>
      <div class="ways">
        ${WAYS.map(
          (way, index) =>
            html`<button
              class=${index === 0 ? 'primary' : 'filled'}
              ?disabled=${this.busy}
              @click=${() => ask(this, way.action)}
            >
              ${icon(way.icon)} ${way.label}
            </button>`,
        )}
      </div>
      <p class="promise soft">
        ${icon('lock')} Nothing leaves this device.<span class="drop"> Or drop a video anywhere.</span>
      </p>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-welcome': LiveRotoWelcome;
  }
}
