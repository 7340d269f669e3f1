import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { RecordedClip } from '../shared/pipeline-api.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { bytesText, clockText } from './text.js';
import { base, checkerboard } from './theme.js';

/** The finished recording: play, save, discard. */
@customElement('live-roto-clip')
export class LiveRotoClip extends LitElement {
  static override readonly styles = [
    base,
    checkerboard,
    css`
      dialog {
        width: min(560px, calc(100vw - 24px));
        max-height: calc(100dvh - 24px);
        padding: 0;
        overflow: auto;
        color: var(--ink);
        background: var(--panel-solid);
        border: 1px solid var(--line);
        border-radius: 20px;
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 55%);
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
      .buttons .primary {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) clip: RecordedClip | null = null;
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
    if (wanted && !this.dialog.open) this.dialog.showModal();
    if (!wanted && this.dialog.open) this.dialog.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.url);
  }

  private sheet(clip: RecordedClip): TemplateResult {
    const size = `${clockText(clip.durationMs / 1000)} · ${bytesText(clip.bytes)} · ${clip.frames} frames`;
    const dropped = clip.droppedFrames > 0 ? ` · ${clip.droppedFrames} left out to keep up` : '';
    return html`
      ${clip.file === null ? null : html`<video class="checker" src=${this.url} controls loop playsinline></video>`}
      <div class="body">
        <h2 id="title">${clip.file === null ? `Saved as ${clip.fileName}` : 'Your clip is ready'}</h2>
        <p class="soft digits">${size}${dropped}</p>
        <div class="buttons">
          ${
            clip.file === null
              ? html`<button class="primary" @click=${this.discard}>Done</button>`
              : html`<a class="button primary" href=${this.url} download=${clip.fileName}>${icon('save')} Save</a>
                  <button class="filled" @click=${() => this.dialog.close()}>Later</button>
                  <button class="filled" @click=${this.discard}>${icon('bin')} Discard</button>`
          }
        </div>
      </div>
    `;
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

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-clip': LiveRotoClip;
  }
}
