import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SourceInfo, SourceKind } from '../shared/frame.js';
import type { CameraChoice } from '../capture/camera.js';
import type { SourceStatus } from '../session/app-state.js';
import { DEFAULT_CAMERA, type SourceRequest } from '../session/source.js';
import { ask } from './actions.js';
import { icon, type IconName } from './icons.js';
import { placePopover } from './popover.js';
import { base, popovers } from './theme.js';

const ICONS: Readonly<Record<SourceKind, IconName>> = {
  camera: 'camera',
  screen: 'screen',
  file: 'film',
  sample: 'shapes',
};
const HEIGHTS = [480, 720, 1080] as const;

/** Says where the picture comes from, and changes it. */
@customElement('live-roto-source-picker')
export class LiveRotoSourcePicker extends LitElement {
  static override readonly styles = [
    base,
    popovers,
    css`
      .opener {
        max-width: min(260px, 100%);
      }
      .label {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .menu:popover-open {
        display: grid;
      }
      .menu {
        min-width: min(300px, calc(100vw - 34px));
      }
      .menu button {
        justify-content: flex-start;
        gap: 12px;
        text-align: start;
      }
      .menu .label {
        flex: 1;
      }
      .sizes {
        display: flex;
        gap: 4px;
        padding: 0 8px;
      }
      .sizes button {
        flex: 1;
        justify-content: center;
      }
      .promise {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 6px 12px 8px;
      }
      .promise svg.i {
        width: 16px;
        height: 16px;
      }
      .sound {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: var(--touch);
        padding: 0 14px;
        cursor: pointer;
      }
      hr {
        width: 100%;
        margin: 4px 0;
        border: 0;
        border-top: 1px solid var(--line);
      }
      :host {
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) source: SourceInfo | null = null;
  @property({ attribute: false }) status: SourceStatus = 'none';
  @property({ attribute: false }) cameras: readonly CameraChoice[] = [];
  @property({ attribute: false }) cameraId: string | null = null;

  @property({ type: Boolean }) microphone = false;

  @query('.opener') private readonly opener!: HTMLElement;
  @query('.menu') private readonly menu!: HTMLElement;

  override render(): TemplateResult {
    return html`
      <button class="opener panel" popovertarget="menu" aria-label="Source: ${this.words()}">
        ${icon(this.source === null ? 'camera' : ICONS[this.source.kind])}
        <span class="label">${this.words()}</span>
        ${icon('down')}
      </button>
      <div
        id="menu"
        class="menu"
        popover
        @beforetoggle=${(event: ToggleEvent) => {
          placePopover(event, this.opener, { side: 'below', align: 'start' });
          if (event.newState === 'open') ask(this, { kind: 'refresh-cameras' });
        }}
      >
        <h2>Camera</h2>
        ${this.cameraChoices()}
        <p class="promise small soft">${icon('lock')} Nothing leaves this device.</p>
        <hr />
        ${this.choice('screen', 'Screen or window', { kind: 'screen' })}
        <button @click=${() => this.done(() => ask(this, { kind: 'choose-file' }))}>
          ${icon('film')}<span class="label">Video file…</span>
        </button>
        ${this.choice('shapes', 'Sample scene', { kind: 'sample' })}
        ${
          this.source === null
            ? null
            : html`<hr />
                <button @click=${() => this.done(() => ask(this, { kind: 'close-source' }))}>
                  ${icon('close')}<span class="label">Turn off</span>
                </button>`
        }
      </div>
    `;
  }

  private words(): string {
    if (this.status === 'opening') return 'Opening…';
    return this.source?.label ?? 'Choose a source';
  }

  private cameraChoices(): TemplateResult {
    const camera = this.source?.kind === 'camera' ? this.source : null;
    return html`
      ${
        this.cameras.length === 0
          ? this.choice('camera', 'Use camera', DEFAULT_CAMERA)
          : this.cameras.map(({ deviceId, label }) =>
              this.choice('camera', label, { kind: 'camera', deviceId, height: null }),
            )
      }
      ${
        camera === null
          ? null
          : html`<div class="sizes" role="group" aria-label="Camera resolution">
              ${HEIGHTS.map((height) => {
                const on = camera.size.height === height;
                const wish: SourceRequest = { kind: 'camera', deviceId: this.cameraId, height };
                return html`<button class=${on ? 'filled' : ''} aria-pressed=${on} @click=${() => this.open(wish)}>
                  ${height}p
                </button>`;
              })}
            </div>`
      }
      <label class="sound">
        <input
          type="checkbox"
          .checked=${this.microphone}
          @change=${() => ask(this, { kind: 'microphone', on: !this.microphone })}
        />
        Record sound with the camera
      </label>
    `;
  }

  private choice(name: IconName, label: string, request: SourceRequest): TemplateResult {
    return html`<button @click=${() => this.open(request)}>${icon(name)}<span class="label">${label}</span></button>`;
  }

  private open(request: SourceRequest): void {
    this.done(() => ask(this, { kind: 'open-source', request }));
  }

  private done(then: () => void): void {
    this.menu.hidePopover();
    then();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-source-picker': LiveRotoSourcePicker;
  }
}
