import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { ask } from './actions.js';
import { icon } from './icons.js';
import { base, dialogPanel } from './theme.js';

type Row = { readonly wish: string; readonly hand: string; readonly keys: string };

const ROWS: readonly Row[] = [
  { wish: 'Cut out a thing', hand: 'Tap it', keys: 'Arrows move the reticle, Shift for big steps, Enter taps' },
  { wish: 'Select a thing that is followed', hand: 'Tap it, or its picture', keys: 'Tab, Shift+Tab' },
  { wish: 'This too', hand: 'Shift-click, or “This too”, then tap', keys: '+' },
  { wish: 'Not this', hand: 'Right-click, Alt-click or long press', keys: '−' },
  { wish: 'Draw a box', hand: 'Drag', keys: 'B, arrows, Enter' },
  { wish: 'Whole or part?', hand: 'Its small pictures, or the wheel over it', keys: '[ and ]' },
  { wish: 'Hide, delete', hand: 'Eye and bin', keys: 'H, Delete' },
  { wish: 'Undo, redo', hand: 'Arrows above the objects', keys: 'Ctrl+Z, Ctrl+Shift+Z' },
  { wish: 'Record, stop', hand: 'Round button', keys: 'R' },
  { wish: 'See the untouched picture', hand: 'Hold Compare', keys: 'Hold C' },
  { wish: 'Full screen', hand: 'Corner button', keys: 'F' },
];

/** All hands and keys on one page. */
@customElement('live-roto-help')
export class LiveRotoHelp extends LitElement {
  static override readonly styles = [
    base,
    dialogPanel,
    css`
      dialog {
        width: min(720px, calc(100vw - 24px));
        padding: 8px 20px 20px;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      h2 {
        margin: 0;
        font-size: 18px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 7px 12px 7px 0;
        border-top: 1px solid var(--line);
        text-align: start;
        vertical-align: top;
        font-weight: 500;
      }
      tbody th {
        font-weight: 650;
      }
      thead th {
        border: 0;
        color: var(--soft);
        font-size: 12px;
      }
      @media (max-width: 560px) {
        thead {
          display: none;
        }
        tr,
        th,
        td {
          display: block;
          border: 0;
          padding: 1px 0;
        }
        tr {
          padding: 8px 0;
          border-top: 1px solid var(--line);
        }
        td:last-child::before {
          content: 'Keys: ';
        }
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => ask(this, { kind: 'help', open: false })}>
      <header>
        <h2 id="title">Hands and keys</h2>
        <button class="icon" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
      </header>
      <p>
        A tap on a thing that is followed already selects it; anywhere else, it starts a new one. For a thing inside or
        in front of the selected one, drag a box around it.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">To</th>
            <th scope="col">Pointer or touch</th>
            <th scope="col">Keys</th>
          </tr>
        </thead>
        <tbody>
          ${ROWS.map(
            ({ wish, hand, keys }) =>
              html`<tr>
                <th scope="row">${wish}</th>
                <td>${hand}</td>
                <td class="soft">${keys}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="soft">
        ● tracking · ◐ unsure, drawn as a dashed line · ○ lost, a ghost stays where it was seen last · ↺ found again.
        Pictures are worked on in this browser only; nothing leaves this device.
      </p>
      <p><a href="./check.html">Check this browser</a>: how well and how fast it works here.</p>
    </dialog>`;
  }

  override updated(): void {
    if (this.open && !this.dialog.open) this.dialog.showModal();
    if (!this.open && this.dialog.open) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-help': LiveRotoHelp;
  }
}
