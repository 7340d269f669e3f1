import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { PipelineSettings, PipelineStats, StageName } from '../shared/pipeline-api.js';
import { INITIAL_STATE, type AppState } from '../session/app-state.js';
import { ask } from './actions.js';
import { BACKEND_WORDS, FRAME_STAGES, healthLine, KEYFRAME_STAGES, stageParts } from './health-text.js';
import { placePopover } from './popover.js';
import { styled } from './styled.js';
import { base, popovers } from './theme.js';

type HealthState = Pick<
  AppState,
  'pipelineStatus' | 'loading' | 'source' | 'stats' | 'objects' | 'settings' | 'backend'
>;

const INPUT_SIZES = [128, 160, 192, 224, 256, 320, 384] as const;

const framesLate = (frames: number): string => (frames === 1 ? '1 frame' : `${frames} frames`);

/** How well the machine keeps up: a dot and one line; opened, where the time goes and what may be set. */
@customElement('live-roto-health')
export class LiveRotoHealth extends LitElement {
  static override readonly styles = [
    base,
    popovers,
    css`
      .opener {
        position: relative;
        overflow: hidden;
      }
      .dot {
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--soft);
        flex: none;
      }
      .good .dot {
        background: var(--good);
      }
      .slow .dot {
        background: var(--warn);
        border-radius: 2px;
      }
      .bad .dot {
        background: var(--bad);
        clip-path: polygon(50% 0, 100% 100%, 0 100%);
        border-radius: 0;
      }
      .busy .dot {
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      @keyframes breathe {
        from {
          opacity: 0.35;
        }
      }
      .progress {
        position: absolute;
        inset: auto auto 0 0;
        height: 3px;
        background: var(--accent);
      }
      .details {
        width: 340px;
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 4px 16px;
        margin: 4px 12px 8px;
      }
      dd {
        margin: 0;
        text-align: end;
      }
      .stack {
        display: flex;
        height: 12px;
        margin: 4px 12px 6px;
        border-radius: 6px;
        overflow: hidden;
        gap: 1px;
      }
      .stack span {
        min-width: 2px;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        margin: 0 12px 8px;
        padding: 0;
        list-style: none;
        font-size: 12px;
      }
      .swatch {
        display: inline-block;
        width: 10px;
        height: 10px;
        border-radius: 3px;
        margin-inline-end: 5px;
      }
      .c0 {
        background: #5b9dff;
      }
      .c1 {
        background: #45c9a5;
      }
      .c2 {
        background: #e6b93e;
      }
      .c3 {
        background: #e2729e;
      }
      .c4 {
        background: #a58bf0;
      }
      .lowered {
        margin: 0 12px 8px;
        padding-inline-start: 18px;
      }
      .settings {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 6px 16px;
        margin: 4px 12px 8px;
      }
      @media (max-width: 480px) {
        .opener {
          font-size: 13px;
        }
        .rest {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) state: HealthState = INITIAL_STATE;
  @query('.opener') private readonly opener!: HTMLElement;

  override render(): TemplateResult {
    const { level, words } = healthLine(this.state);
    const split = words.indexOf(' · ');
    const [first, rest] = split === -1 ? [words, ''] : [words.slice(0, split), words.slice(split)];
    const { loading, stats } = this.state;
    const share = loading === null || loading.totalBytes === 0 ? 0 : loading.loadedBytes / loading.totalBytes;
    return html`
      <button class="opener panel ${level} digits" popovertarget="details" aria-label="How it runs: ${words}">
        <span class="dot" aria-hidden="true"></span><span>${first}<span class="rest">${rest}</span></span>
        ${
          share === 0
            ? null
            : html`<span class="progress" ${styled({ width: `${Math.min(100, share * 100)}%` })}></span>`
        }
      </button>
      <div
        id="details"
        class="details"
        popover
        @beforetoggle=${(event: Event) => placePopover(event, this.opener, { side: 'below', align: 'end' })}
      >
        ${stats === null ? null : this.figures(stats)} ${this.settingsForm()}
      </div>
    `;
  }

  private figures(stats: PipelineStats): TemplateResult {
    const { backend } = this.state;
    const rows: readonly (readonly [string, string])[] = [
      ['Picture', `${stats.shownFps.toFixed(1)} of ${stats.sourceFps.toFixed(1)} fps`],
      ['Frames left out', `${stats.droppedFrames} of ${stats.receivedFrames}`],
      ['Keyframes', `${stats.keyframesPerSecond.toFixed(1)} a second`],
      ['Mask age', `${Math.round(stats.maskAgeMs)} ms`],
      ['Picture shown', stats.delayFrames === 0 ? 'at once' : `${framesLate(stats.delayFrames)} late`],
      ['Model', `${stats.inputSize} px, ${backend === null ? 'not loaded' : BACKEND_WORDS[backend]}`],
      ['Workers', `${stats.poolSize} with ${stats.threads} thread${stats.threads === 1 ? '' : 's'} each`],
      ...(stats.replacedWorkers === 0 ? [] : [['Workers replaced', String(stats.replacedWorkers)] as const]),
    ];
    return html`
      <h2>Now</h2>
      <dl class="digits">
        ${rows.map(
          ([name, value]) =>
            html`<dt class="soft">${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${this.stack('Each frame', stats, FRAME_STAGES)} ${this.stack('Each keyframe', stats, KEYFRAME_STAGES)}
      ${
        stats.lowered.length === 0
          ? null
          : html`<h2>Lowered to keep up</h2>
              <ul class="lowered">
                ${stats.lowered.map((line) => html`<li>${line}</li>`)}
              </ul>`
      }
    `;
  }

  private stack(title: string, stats: PipelineStats, names: readonly StageName[]): TemplateResult | null {
    const parts = stageParts(stats, names);
    if (parts.length === 0) return null;
    const colour = (name: StageName): string => `c${names.indexOf(name)}`;
    const sum = parts.reduce((total, { ms }) => total + ms, 0);
    return html`
      <h2>${title}: ${sum.toFixed(1)} ms</h2>
      <div class="stack" aria-hidden="true">
        ${parts.map(({ name, share }) => html`<span class=${colour(name)} ${styled({ flex: String(share) })}></span>`)}
      </div>
      <ul class="keys digits">
        ${parts.map(
          ({ name, ms }) =>
            html`<li><span class="swatch ${colour(name)}" aria-hidden="true"></span>${name} ${ms.toFixed(1)} ms</li>`,
        )}
      </ul>
    `;
  }

  private settingsForm(): TemplateResult {
    const cores = Math.max(1, navigator.hardwareConcurrency);
    const counts = Array.from({ length: Math.min(8, cores) }, (_, i) => i + 1);
    return html`
      <h2>Settings</h2>
      <div class="settings">
        ${this.select('Workers', 'poolSize', ['auto', ...counts])}
        ${this.select('Threads in each', 'threads', ['auto', ...counts])}
        ${this.select('Model input', 'inputSize', ['auto', ...INPUT_SIZES], (size) => (size === 'auto' ? 'auto' : `${size} px`))}
        ${this.select('Engine', 'backend', ['auto', 'webgpu', 'wasm-threads', 'wasm'], (name) =>
          name === 'auto' ? 'auto' : BACKEND_WORDS[name],
        )}
        ${this.select('Pace', 'mode', ['live', 'lockstep'], (mode) =>
          mode === 'live' ? 'live: picture first' : 'exact: every frame',
        )}
        ${this.select('Picture waits for its mask', 'displayDelay', ['auto', 0, 1, 2], (frames) =>
          frames === 'auto' ? 'auto, at most 66 ms' : frames === 0 ? 'never' : framesLate(frames),
        )}
      </div>
    `;
  }

  private select<K extends keyof PipelineSettings>(
    label: string,
    key: K,
    options: readonly PipelineSettings[K][],
    words: (option: PipelineSettings[K]) => string = String,
  ): TemplateResult {
    const { settings } = this.state;
    const onChange = (event: Event): void => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      const chosen = options[event.target.selectedIndex];
      if (chosen !== undefined) ask(this, { kind: 'configure', settings: { ...settings, [key]: chosen } });
    };
    return html`
      <label for=${key}>${label}</label>
      <select id=${key} @change=${onChange}>
        ${options.map((option) => html`<option ?selected=${option === settings[key]}>${words(option)}</option>`)}
      </select>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-health': LiveRotoHealth;
  }
}
