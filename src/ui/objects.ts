import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ObjectId, ObjectSummary } from '../shared/pipeline-api.js';
import { ask, type TapMode } from './actions.js';
import { icon } from './icons.js';
import './object-chip.js';
import { base } from './theme.js';

/** The followed objects, and the one-click way to people. */
@customElement('live-roto-objects')
export class LiveRotoObjects extends LitElement {
  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
        width: 272px;
        max-width: 100%;
      }
      .panel {
        display: flex;
        flex-direction: column;
        max-height: 100%;
        overflow: hidden;
      }
      .bar {
        display: flex;
        align-items: center;
        padding: 4px;
      }
      .bar .people {
        margin-inline-end: auto;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0 4px 4px;
        overflow: auto;
        display: grid;
        gap: 2px;
      }
      .hint {
        margin: 0;
        padding: 0 14px 12px;
      }
      @media (max-width: 720px) {
        :host {
          width: 100%;
        }
        ul {
          display: flex;
          gap: 6px;
          overflow: auto hidden;
          scroll-snap-type: x proximity;
        }
        li {
          flex: 0 0 min(340px, 92%);
          scroll-snap-align: start;
        }
        .hint {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) objects: readonly ObjectSummary[] = [];
  @property({ attribute: false }) selectedId: ObjectId | null = null;
  @property({ attribute: false }) thumbnails: ReadonlyMap<ObjectId, ImageBitmap> = new Map();
  @property({ attribute: false }) candidates: ReadonlyMap<ObjectId, readonly ImageBitmap[]> = new Map();
  @property({ attribute: false }) tapMode: TapMode = 'new';
  @property({ type: Boolean }) canUndo = false;
  @property({ type: Boolean }) canRedo = false;

  override render(): TemplateResult {
    return html`
      <section class="panel" aria-label="Objects">
        <div class="bar">
          <button
            class="people"
            @click=${() => ask(this, { kind: 'add-people' })}
            title="Keep everybody in the picture"
          >
            ${icon('people')} Keep people
          </button>
          <button class="icon" aria-label="Undo" ?disabled=${!this.canUndo} @click=${() => ask(this, { kind: 'undo' })}>
            ${icon('undo')}
          </button>
          <button class="icon" aria-label="Redo" ?disabled=${!this.canRedo} @click=${() => ask(this, { kind: 'redo' })}>
            ${icon('redo')}
          </button>
        </div>
        ${
          this.objects.length === 0
            ? html`<p class="hint small soft">Tap a thing in the picture, or draw a box around it.</p>`
            : html`<ul>
                ${repeat(
                  this.objects,
                  ({ id }) => id,
                  (object) =>
                    html`<li>
                      <live-roto-object
                        .object=${object}
                        .thumbnail=${this.thumbnails.get(object.id) ?? null}
                        .candidates=${this.candidates.get(object.id) ?? []}
                        .selected=${object.id === this.selectedId}
                        .tapMode=${this.tapMode}
                      ></live-roto-object>
                    </li>`,
                )}
              </ul>`
        }
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-objects': LiveRotoObjects;
  }
}
