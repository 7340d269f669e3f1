import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Problem } from '../shared/errors.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { mendsOf, type Mend } from './mends.js';
import { base } from './theme.js';

/** What happened, how to mend it, and the button that does. Stays until it is mended or dismissed. */
@customElement('live-roto-problems')
export class LiveRotoProblems extends LitElement {
  static override readonly styles = [
    base,
    css`
      :host {
        display: grid;
        gap: 8px;
        justify-items: center;
      }
      article {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 12px;
        width: min(480px, 100%);
        padding: 6px 6px 12px 14px;
        background: var(--panel-solid);
        border-inline-start: 4px solid var(--warn);
      }
      article > svg.i {
        margin-top: 12px;
        color: var(--warn);
      }
      .words {
        padding-top: 10px;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .what {
        font-weight: 600;
      }
      .buttons {
        grid-column: 2 / -1;
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding: 10px 8px 0 0;
      }
    `,
  ];

  @property({ attribute: false }) problems: readonly Problem[] = [];

  override render(): TemplateResult {
    return html`${repeat(
      this.problems,
      ({ code }) => code,
      (problem) => this.card(problem),
    )}`;
  }

  private card({ code, what, mend }: Problem): TemplateResult {
    const mends = mendsOf(code);
    return html`<article class="panel">
      ${icon('warn')}
      <div class="words">
        <p class="what">${what}</p>
        <p class="soft">${mend}</p>
      </div>
      <button class="icon" aria-label="Dismiss" @click=${() => ask(this, { kind: 'dismiss', code })}>
        ${icon('close')}
      </button>
      ${
        mends.length === 0
          ? null
          : html`<div class="buttons">
              ${mends.map(
                (way, index) =>
                  html`<button class=${index === 0 ? 'primary' : 'filled'} @click=${() => this.mend(code, way)}>
                    ${way.label}
                  </button>`,
              )}
            </div>`
      }
    </article>`;
  }

  private mend(code: Problem['code'], { action }: Mend): void {
    ask(this, { kind: 'dismiss', code });
    ask(this, action);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-problems': LiveRotoProblems;
  }
}
