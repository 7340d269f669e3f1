import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';

/** Shows a bitmap that somebody else owns and closes. */
@customElement('live-roto-bitmap')
export class LiveRotoBitmap extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: inherit;
    }
  `;

  @property({ attribute: false }) bitmap: ImageBitmap | null = null;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  override render(): TemplateResult {
    return html`<canvas width="1" height="1" aria-hidden="true"></canvas>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('bitmap')) return;
    const { bitmap, canvas } = this;
    // A closed bitmap has no size; the next snapshot brings its successor.
    canvas.width = Math.max(1, bitmap?.width ?? 0);
    canvas.height = Math.max(1, bitmap?.height ?? 0);
    if (bitmap !== null && bitmap.width > 0) canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-bitmap': LiveRotoBitmap;
  }
}
