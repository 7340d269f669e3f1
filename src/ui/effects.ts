import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { DEFAULT_EFFECTS, type BackgroundEffect, type Effects, type ObjectEffect } from '../shared/effects.js';
import { ask } from './actions.js';
import './bitmap-view.js';
import { BACKGROUND_CHOICES, OBJECT_CHOICES } from './effect-choices.js';
import { tileStyles } from './effect-tile-styles.js';
import { icon } from './icons.js';
import { styled } from './styled.js';
import { base, checkerboard } from './theme.js';

/** Tiles that show what they do on the selected object's own cut-out, and a control for the chosen one. */
@customElement('live-roto-effects')
export class LiveRotoEffects extends LitElement {
  static override readonly styles = [
    base,
    checkerboard,
    tileStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .rows {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        padding: 8px 12px;
      }
      fieldset {
        display: flex;
        align-items: center;
        gap: 10px;
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      /* A legend is no flex item in every browser: a span with the same words stands in its place. */
      .title {
        font-size: 12px;
        font-weight: 600;
        color: var(--soft);
      }
      .tiles {
        display: flex;
        gap: 6px;
      }
      .control {
        display: flex;
        align-items: center;
        min-height: var(--touch);
      }
      .control input[type='range'] {
        width: 104px;
      }
      input[type='color'] {
        width: var(--touch);
        height: 36px;
        padding: 0;
        border: 2px solid var(--line);
        border-radius: 10px;
        background: none;
        cursor: pointer;
      }
      @media (max-width: 720px) {
        .rows {
          flex-wrap: nowrap;
          overflow: auto hidden;
          scrollbar-width: none;
          padding: 6px 10px;
        }
        fieldset {
          flex: none;
          display: grid;
          grid-template-columns: auto auto;
          gap: 2px 8px;
        }
        .title {
          grid-column: 1 / -1;
        }
      }
      @media (max-width: 720px) and (min-height: 700px) {
        .rows {
          flex-direction: column;
        }
      }
    `,
  ];

  @property({ attribute: false }) effects: Effects = DEFAULT_EFFECTS;
  /** Cut-out of the selected or newest object, for the previews. */
  @property({ attribute: false }) cutout: ImageBitmap | null = null;
  @property({ attribute: false }) backgroundPicture: ImageBitmap | null = null;
  @property() colour = '#ffd23f';

  @query('#picture-file') private readonly pictureInput!: HTMLInputElement;

  override render(): TemplateResult {
    const { background, object } = this.effects;
    return html`
      <section class="panel rows" aria-label="Effects">
        <fieldset>
          <legend class="sr-only">Background</legend>
          <span class="title" aria-hidden="true">Background</span>
          <div class="tiles">
            ${BACKGROUND_CHOICES.map(({ kind, label, fresh }) =>
              this.tile('background', kind, label, kind === background.kind, () => this.chooseBackground(fresh)),
            )}
          </div>
          ${this.backgroundControl(background)}
        </fieldset>
        <fieldset>
          <legend class="sr-only">Object</legend>
          <span class="title" aria-hidden="true">Object</span>
          <div class="tiles">
            ${OBJECT_CHOICES.map(({ kind, label, fresh }) =>
              this.tile('object', kind, label, kind === object.kind, () => this.change({ object: fresh })),
            )}
          </div>
          ${this.objectControl(object)}
        </fieldset>
        <input id="picture-file" type="file" accept="image/*" hidden @change=${this.onPicture} />
      </section>
    `;
  }

  private tile(row: string, kind: string, label: string, chosen: boolean, choose: () => void): TemplateResult {
    return html`<label class="tile">
      <input type="radio" name=${row} .checked=${live(chosen)} @change=${choose} />
      <span class="view ${row}-${kind}" ${styled({ '--own': this.colour, '--fill': this.fill() })}>
        ${kind === 'picture' ? this.picture() : html`<span class="scene"></span>`} ${this.figure()}
      </span>
      <span class="word">${label}</span>
    </label>`;
  }

  private fill(): string {
    const { background } = this.effects;
    return background.kind === 'colour' ? background.colour : '#1f7a5c';
  }

  private figure(): TemplateResult {
    return this.cutout === null
      ? html`<svg class="figure" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="9" r="4.5"></circle>
          <path d="M3 25c0-6 3.6-10 9-10s9 4 9 10z"></path>
        </svg>`
      : html`<live-roto-bitmap class="figure" .bitmap=${this.cutout}></live-roto-bitmap>`;
  }

  private picture(): TemplateResult {
    return this.backgroundPicture === null
      ? html`<span class="scene choose">${icon('picture')}</span>`
      : html`<live-roto-bitmap class="scene cover" .bitmap=${this.backgroundPicture}></live-roto-bitmap>`;
  }

  private backgroundControl(background: BackgroundEffect): TemplateResult | null {
    switch (background.kind) {
      case 'blur':
        return this.slider('Blur strength', background.strength * 100, 5, 100, (value) =>
          this.change({ background: { kind: 'blur', strength: value / 100 } }),
        );
      case 'colour':
        return html`<div class="control">
          <input
            type="color"
            aria-label="Background colour"
            .value=${background.colour}
            @input=${(event: Event) => {
              if (event.target instanceof HTMLInputElement) {
                this.change({ background: { kind: 'colour', colour: event.target.value } });
              }
            }}
          />
        </div>`;
      case 'picture':
        return html`<div class="control"><button class="filled" @click=${this.pickPicture}>Change…</button></div>`;
      case 'keep':
      case 'transparent':
        return null;
    }
  }

  private objectControl(object: ObjectEffect): TemplateResult | null {
    switch (object.kind) {
      case 'highlight':
        return this.slider('Highlight strength', object.strength * 100, 5, 100, (value) =>
          this.change({ object: { kind: 'highlight', strength: value / 100 } }),
        );
      case 'outline':
        return this.slider('Outline width in pixels', object.width, 1, 16, (width) =>
          this.change({ object: { kind: 'outline', width } }),
        );
      case 'none':
        return null;
    }
  }

  private slider(label: string, value: number, min: number, max: number, set: (value: number) => void): TemplateResult {
    return html`<div class="control">
      <input
        type="range"
        aria-label=${label}
        min=${min}
        max=${max}
        .value=${String(Math.round(value))}
        @input=${(event: Event) => {
          if (event.target instanceof HTMLInputElement) set(event.target.valueAsNumber);
        }}
      />
    </div>`;
  }

  private change(part: Partial<Effects>): void {
    ask(this, { kind: 'effects', effects: { ...this.effects, ...part } });
  }

  /** A picture must be there before it can be shown: the tile asks for one, and stays unchosen until it comes. */
  private chooseBackground(fresh: BackgroundEffect): void {
    if (fresh.kind !== 'picture' || this.backgroundPicture !== null) return this.change({ background: fresh });
    this.pickPicture();
    // The radio has moved on its own; the effect has not.
    this.requestUpdate();
  }

  private readonly pickPicture = (): void => this.pictureInput.click();

  private readonly onPicture = (): void => {
    const file = this.pictureInput.files?.[0];
    this.pictureInput.value = '';
    if (file !== undefined) ask(this, { kind: 'background-picture', file });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-effects': LiveRotoEffects;
  }
}
