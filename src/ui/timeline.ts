import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlaybackState } from '../session/app-state.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { clockText } from './text.js';
import { base } from './theme.js';

/** Play, scrub and loop, for sources that have a length. */
@customElement('live-roto-timeline')
export class LiveRotoTimeline extends LitElement {
  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 2px 12px 2px 2px;
        border-radius: 999px;
      }
      input[type='range'] {
        flex: 1;
        min-width: 40px;
      }
      button {
        border-radius: 999px;
      }
      @media (max-width: 480px) {
        .bar {
          padding-inline-end: 2px;
          gap: 2px;
        }
        .whole {
          display: none;
        }
      }
      button[aria-pressed='true'] {
        color: var(--mark);
        background: var(--raised);
      }
    `,
  ];

  @property({ attribute: false }) playback: PlaybackState | null = null;

  override render(): TemplateResult | typeof nothing {
    const { playback } = this;
    if (playback === null) return nothing;
    const { playing, time, duration, loop } = playback;
    const known = Number.isFinite(duration);
    const words = known ? `${clockText(time)} of ${clockText(duration)}` : clockText(time);
    return html`
      <section class="panel bar digits" aria-label="Playback">
        <button
          class="icon"
          aria-label=${playing ? 'Pause' : 'Play'}
          @click=${() => ask(this, { kind: 'play', on: !playing })}
        >
          ${icon(playing ? 'pause' : 'play')}
        </button>
        <input
          type="range"
          aria-label="Position"
          aria-valuetext=${words}
          min="0"
          max=${known ? duration : Math.max(1, time)}
          ?disabled=${!known}
          step="0.01"
          .value=${String(time)}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) ask(this, { kind: 'seek', time: event.target.valueAsNumber });
          }}
        />
        <span class="small soft"
          >${clockText(time)}${known ? html`<span class="whole"> / ${clockText(duration)}</span>` : null}</span
        >
        <button
          class="icon"
          aria-label="Loop"
          aria-pressed=${loop}
          @click=${() => ask(this, { kind: 'loop', on: !loop })}
        >
          ${icon('loop')}
        </button>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-timeline': LiveRotoTimeline;
  }
}
