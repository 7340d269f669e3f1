import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { StoredRecording } from '../shared/recording.js';
import type { Clip } from '../session/app-state.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { bytesText, clockText } from './text.js';
import { base, checkerboard, dialogPanel } from './theme.js';

/** The finished recording: play, save, discard. */
@customElement('live-roto-clip')
export class LiveRotoClip extends LitElement {
  static override readonly styles = [
    base,
    dialogPanel,
    checkerboard,
    css`
      dialog {
        width: min(560px, calc(100vw - 24px));
        padding: 0;
      }
      video {
        display: block;
        width: 100%;
        max-height: 56dvh;
      }
      .body {
        padding: 16px;
      }
      h2 {
        margin: 0;
        font-size: 17px;
      }
      p {
        margin: 2px 0 14px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      h3 {
        margin: 18px 0 6px;
        font-size: 13px;
        color: var(--soft);
      }
      ul {
        display: grid;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li button {
        width: 100%;
        justify-content: start;
      }
      .name {
        flex: 1;
        text-align: start;
      }
      .buttons .primary {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) clip: Clip | null = null;
  @property({ attribute: false }) stored: readonly StoredRecording[] = [];
  @property({ type: Boolean }) open = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  private url = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('clip')) this.renewUrl();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.onClose}>
      ${this.clip === null ? null : this.sheet(this.clip)}
    </dialog>`;
  }

  override updated(): void {
    const wanted = this.open && this.clip !== null;
    if (wanted && !this.dialog.open) {
      this.dialog.showModal();
      // Not the player, which would be first: Enter saves.
      this.dialog.querySelector<HTMLElement>('.primary')?.focus();
    }
    if (!wanted && this.dialog.open) this.dialog.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.url);
  }

  private sheet(clip: Clip): TemplateResult {
    return html`
      ${clip.file === null ? null : html`<video class="checker" src=${this.url} controls loop playsinline></video>`}
      <div class="body">
        <h2 id="title">${clip.file === null ? `Saved as ${clip.fileName}` : 'Your clip is ready'}</h2>
        <p class="soft digits">${figuresText(clip)}</p>
        <div class="buttons">
          ${
            clip.file === null
              ? html`<button class="primary" @click=${this.discard}>Done</button>`
              : html`<a
                    class="button primary"
                    href=${this.url}
                    download=${clip.fileName}
                    @click=${() => ask(this, { kind: 'clip-saved' })}
                    >${icon('save')} Save</a
                  >
                  <button class="filled" @click=${() => this.dialog.close()}>Later</button>
                  <button class="filled" @click=${this.discard}>${icon('bin')} Discard</button>`
          }
        </div>
        ${this.others(clip.fileName)}
      </div>
    `;
  }

  /** What else is kept here and saved nowhere. */
  private others(shown: string): TemplateResult | null {
    const others = this.stored.filter(({ fileName }) => fileName !== shown);
    if (others.length === 0) return null;
    return html`<h3>Not saved yet</h3>
      <ul>
        ${others.map(
          ({ fileName, bytes, modifiedMs }) =>
            html`<li>
              <button class="filled" @click=${() => ask(this, { kind: 'open-clip', fileName })}>
                ${icon('film')} <span class="name">${new Date(modifiedMs).toLocaleString()}</span>
                <span class="soft digits">${bytesText(bytes)}</span>
              </button>
            </li>`,
        )}
      </ul>`;
  }

  private renewUrl(): void {
    URL.revokeObjectURL(this.url);
    const file = this.clip?.file ?? null;
    this.url = file === null ? '' : URL.createObjectURL(file);
  }

  /** Escape only closes the sheet: the clip stays until it is discarded. */
  private readonly onClose = (): void => void ask(this, { kind: 'show-clip', open: false });
  private readonly discard = (): void => void ask(this, { kind: 'discard-clip' });
}

function figuresText({ bytes, figures }: Clip): string {
  if (figures === null) return bytesText(bytes);
  const { durationMs, frames, droppedFrames } = figures;
  const dropped = droppedFrames > 0 ? ` · ${droppedFrames} left out to keep up` : '';
  return `${clockText(durationMs / 1000)} · ${bytesText(bytes)} · ${frames} frames${dropped}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-clip': LiveRotoClip;
  }
}
