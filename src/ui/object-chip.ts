import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ObjectSummary } from '../shared/pipeline-api.js';
import { ask, type TapMode } from './actions.js';
import './bitmap-view.js';
import { icon, type IconName } from './icons.js';
import { STATE_WORDS } from './object-words.js';
import { styled } from './styled.js';
import { base, checkerboard } from './theme.js';

const MODES: readonly { readonly mode: TapMode; readonly icon: IconName; readonly label: string }[] = [
  { mode: 'new', icon: 'tap', label: 'New' },
  { mode: 'more', icon: 'plus', label: 'This too' },
  { mode: 'less', icon: 'minus', label: 'Not this' },
];

/** One object: who it is, how it is doing, and, when selected, how to correct it. */
@customElement('live-roto-object')
export class LiveRotoObject extends LitElement {
  static override readonly styles = [
    base,
    checkerboard,
    css`
      :host {
        display: block;
      }
      .head {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto auto;
        align-items: center;
        gap: 2px;
      }
      .chip {
        border-radius: 14px;
        padding: 4px;
      }
      .chip.selected {
        background: var(--raised);
      }
      .chip.off .thumb {
        opacity: 0.4;
      }
      .thumb {
        position: relative;
        width: 48px;
        height: 48px;
        padding: 3px;
        border-radius: 12px;
        border: 2.5px solid var(--own);
        overflow: hidden;
      }
      .thumb svg.i {
        color: var(--soft);
      }
      live-roto-bitmap {
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .who {
        min-width: 0;
        padding-inline-start: 8px;
      }
      input.name {
        width: 100%;
        min-height: 24px;
        height: 24px;
        padding: 0 4px;
        margin-inline-start: -4px;
        border: 1px solid transparent;
        border-radius: 6px;
        background: none;
        font-weight: 600;
        text-overflow: ellipsis;
      }
      input.name:hover {
        border-color: var(--line);
      }
      .state {
        display: flex;
        gap: 5px;
        white-space: nowrap;
      }
      .shape {
        color: var(--state);
        font-size: 13px;
        line-height: 17px;
      }
      .s-tracking,
      .s-found {
        --state: var(--good);
      }
      .s-unsure {
        --state: var(--warn);
      }
      .s-lost {
        --state: var(--bad);
      }
      .s-pending {
        --state: var(--soft);
      }
      .more {
        display: grid;
        gap: 6px;
        padding: 8px 2px 2px;
      }
      .candidates {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 6px;
      }
      .candidates button {
        min-width: 0;
        height: 60px;
        padding: 0;
        border-radius: 10px;
        border: 2px solid transparent;
        overflow: hidden;
      }
      .candidates button[aria-pressed='true'] {
        border-color: var(--mark);
      }
      .modes {
        display: grid;
        grid-template-columns: auto 1fr 1fr;
        border-radius: 12px;
        background: var(--raised);
      }
      .modes button {
        gap: 4px;
        padding: 0 8px;
        font-size: 13px;
      }
      .modes svg.i {
        width: 16px;
        height: 16px;
      }
      @media (max-width: 720px) {
        .more {
          grid-template-columns: minmax(0, 1fr) auto;
          padding-top: 4px;
        }
        .candidates {
          gap: 4px;
        }
        .candidates button {
          min-width: 0;
          height: var(--touch);
        }
        .modes {
          grid-column: -2;
        }
        .modes button {
          padding: 0;
        }
        .modes .label {
          display: none;
        }
      }
      .modes button[aria-pressed='true'] {
        background: var(--accent);
        color: var(--on-accent);
      }
    `,
  ];

  @property({ attribute: false }) object: ObjectSummary | null = null;
  @property({ attribute: false }) thumbnail: ImageBitmap | null = null;
  @property({ attribute: false }) candidates: readonly ImageBitmap[] = [];
  @property({ type: Boolean }) selected = false;
  @property({ attribute: false }) tapMode: TapMode = 'new';

  override render(): TemplateResult | typeof nothing {
    const { object, selected } = this;
    if (object === null) return nothing;
    const { id, name, visible, state } = object;
    const { shape, word } = STATE_WORDS[state];
    return html`
      <div class="chip ${selected ? 'selected' : ''} ${visible ? '' : 'off'}" ${styled({ '--own': object.colour })}>
        <div class="head">
          <button
            class="thumb checker"
            aria-label="Select ${name}"
            aria-pressed=${selected}
            @click=${() => ask(this, { kind: 'select', id: selected ? null : id })}
          >
            ${
              this.thumbnail === null
                ? icon(object.kind === 'people' ? 'people' : 'tap')
                : html`<live-roto-bitmap .bitmap=${this.thumbnail}></live-roto-bitmap>`
            }
          </button>
          <div class="who">
            <input
              class="name"
              type="text"
              aria-label="Name of object ${name}"
              maxlength="40"
              spellcheck="false"
              .value=${name}
              @change=${this.onName}
              @keydown=${this.onNameKey}
            />
            <div class="state small soft s-${state}">
              <span class="shape" aria-hidden="true">${shape}</span><span>${visible ? word : `${word}, hidden`}</span>
            </div>
          </div>
          <button
            class="icon"
            aria-label=${visible ? `Hide ${name}` : `Show ${name}`}
            @click=${() => ask(this, { kind: 'visible', id, visible: !visible })}
          >
            ${icon(visible ? 'eye' : 'eyeOff')}
          </button>
          <button class="icon" aria-label="Delete ${name}" @click=${() => ask(this, { kind: 'remove', id })}>
            ${icon('bin')}
          </button>
        </div>
        ${selected && object.kind === 'prompted' ? this.corrections(object) : null}
      </div>
    `;
  }

  private corrections({ id, chosenCandidate }: ObjectSummary): TemplateResult {
    const count = this.candidates.length;
    return html`<div class="more">
      ${
        count < 2
          ? null
          : html`<div class="candidates" role="group" aria-label="What was meant">
              ${this.candidates.map(
                (bitmap, index) =>
                  html`<button
                    class="checker"
                    aria-label="Reading ${index + 1} of ${count}"
                    aria-pressed=${index === chosenCandidate}
                    @click=${() => ask(this, { kind: 'candidate', id, index })}
                  >
                    <live-roto-bitmap .bitmap=${bitmap}></live-roto-bitmap>
                  </button>`,
              )}
            </div>`
      }
      <div class="modes" role="group" aria-label="What a tap means">
        ${MODES.map(
          ({ mode, icon: name, label }) =>
            html`<button aria-pressed=${this.tapMode === mode} @click=${() => ask(this, { kind: 'tap-mode', mode })}>
              ${icon(name)}<span class="label">${label}</span>
            </button>`,
        )}
      </div>
    </div>`;
  }

  private readonly onName = (event: Event): void => {
    const { object } = this;
    if (object === null || !(event.target instanceof HTMLInputElement)) return;
    const name = event.target.value.trim();
    if (name === '') event.target.value = object.name;
    else ask(this, { kind: 'rename', id: object.id, name });
  };

  private readonly onNameKey = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    if (event.key === 'Escape') event.target.value = this.object?.name ?? '';
    if (event.key === 'Enter' || event.key === 'Escape') event.target.blur();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-object': LiveRotoObject;
  }
}
