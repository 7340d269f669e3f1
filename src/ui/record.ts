import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { RecordingFormat, RecordingProgress } from '../shared/pipeline-api.js';
import type { RecordingFormatSupport, RecordingSupport } from '../shared/recording.js';
import { IDLE_RECORDING } from '../session/app-state.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { placePopover } from './popover.js';
import { bytesText, clockText } from './text.js';
import { base, popovers } from './theme.js';

const LABELS: Readonly<Record<RecordingFormat, string>> = { webm: 'WebM', mp4: 'MP4' };

/** What a format is good for, and what it loses here. */
function noteOf({ format, alpha, audioCodec }: RecordingFormatSupport): string {
  const use = alpha ? 'keeps transparency' : format === 'mp4' ? 'plays everywhere' : 'no transparency';
  return audioCodec === null ? `${use}, no sound` : use;
}

/** The round button; time and size while it runs. */
@customElement('live-roto-record')
export class LiveRotoRecord extends LitElement {
  static override readonly styles = [
    base,
    popovers,
    css`
      :host {
        display: block;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 6px;
        border-radius: 999px;
      }
      .round {
        width: 60px;
        height: 60px;
        padding: 0;
        border-radius: 50%;
        border: 3px solid var(--ink);
        flex: none;
      }
      .round::before {
        content: '';
        width: 42px;
        height: 42px;
        border-radius: 50%;
        background: var(--record);
        transition:
          border-radius 150ms ease,
          width 150ms ease,
          height 150ms ease;
      }
      .running .round::before {
        width: 24px;
        height: 24px;
        border-radius: 6px;
      }
      .figures {
        display: grid;
        padding: 0 6px 0 8px;
        line-height: 1.25;
      }
      .time {
        font-size: 16px;
        font-weight: 650;
      }
      .dot {
        display: inline-block;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--record);
        margin-inline-end: 6px;
        vertical-align: 1px;
      }
      .paused .dot {
        border-radius: 1px;
        background: var(--soft);
      }
      .format {
        padding: 0 10px 0 12px;
        border-radius: 999px;
        gap: 4px;
      }
      .format svg.i {
        width: 16px;
        height: 16px;
      }
      @media (max-width: 480px) {
        .bar {
          padding: 4px;
        }
        .round {
          width: 52px;
          height: 52px;
        }
        .round::before {
          width: 36px;
          height: 36px;
        }
        .format {
          padding: 0 4px 0 10px;
        }
      }
      .choices label {
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: var(--touch);
        padding: 0 12px;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) progress: RecordingProgress = IDLE_RECORDING;
  @property({ attribute: false }) format: RecordingFormat = 'webm';
  @property({ type: Boolean }) canRecord = false;
  /** Null until it is known. */
  @property({ attribute: false }) support: RecordingSupport | null = null;
  @property({ type: Boolean }) hasClip = false;
  @property({ type: Boolean }) canSaveToDisk = false;
  @property({ type: Boolean }) saveToDisk = false;

  @query('.format') private readonly opener!: HTMLElement;

  override render(): TemplateResult {
    const { state } = this.progress;
    const running = state !== 'idle';
    const label = running ? 'Stop recording' : 'Record';
    return html`
      <section class="panel bar ${running ? 'running' : ''} ${state}" aria-label="Recording">
        ${running ? this.figures() : html`${this.clipButton()} ${this.formatButton()}`}
        <button
          class="round"
          aria-label=${label}
          title="${label} (R)"
          ?disabled=${state === 'finishing' || (!running && (!this.canRecord || this.support?.formats.length === 0))}
          @click=${() => ask(this, { kind: 'record' })}
        ></button>
      </section>
    `;
  }

  private figures(): TemplateResult {
    const { state, elapsedMs, bytes, droppedFrames } = this.progress;
    const paused = state === 'paused';
    const dropped = droppedFrames > 0 ? ` · ${droppedFrames} frames left out` : '';
    return html`
      <div class="figures digits">
        <span class="time"
          ><span class="dot" aria-hidden="true"></span
          >${state === 'finishing' ? 'Finishing…' : clockText(elapsedMs / 1000)}</span
        >
        <span class="small soft">${paused ? 'Paused · ' : ''}${bytesText(bytes)}${dropped}</span>
      </div>
      ${
        state === 'finishing'
          ? null
          : html`<button
              class="icon"
              aria-label=${paused ? 'Go on recording' : 'Pause recording'}
              @click=${() => ask(this, { kind: 'record-pause' })}
            >
              ${icon(paused ? 'play' : 'pause')}
            </button>`
      }
    `;
  }

  private clipButton(): TemplateResult | null {
    if (!this.hasClip) return null;
    return html`<button
      class="icon"
      aria-label="Show the last recording"
      @click=${() => ask(this, { kind: 'show-clip', open: true })}
    >
      ${icon('film')}
    </button>`;
  }

  private formatButton(): TemplateResult {
    const chosen = LABELS[this.format];
    return html`
      <button class="format" popovertarget="formats" aria-label="Format: ${chosen}">${chosen} ${icon('down')}</button>
      <div
        id="formats"
        class="choices"
        popover
        @beforetoggle=${(event: Event) => placePopover(event, this.opener, { side: 'above', align: 'end' })}
      >
        <div role="radiogroup" aria-label="Format">
          ${this.support?.formats.map(
            (format) =>
              html`<label>
                <input
                  type="radio"
                  name="format"
                  .checked=${format.format === this.format}
                  @change=${() => ask(this, { kind: 'format', format: format.format })}
                />
                <span>${LABELS[format.format]} <span class="soft">${noteOf(format)}</span></span>
              </label>`,
          )}
        </div>
        ${
          this.canSaveToDisk
            ? html`<label>
                <input
                  type="checkbox"
                  .checked=${this.saveToDisk}
                  @change=${() => ask(this, { kind: 'save-to-disk', on: !this.saveToDisk })}
                />
                <span>Write to a file while recording <span class="soft">for long clips</span></span>
              </label>`
            : null
        }
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-record': LiveRotoRecord;
  }
}
