import { css } from 'lit';

/**
 * Colours and measures of the whole app, set on `<live-roto-app>` and inherited by every element in it. Panels are nearly opaque instead of
 * blurred: a backdrop filter over a moving picture would cost a full blur per frame.
 */
export const theme = css`
  :host {
    color-scheme: dark;
    --stage: #0a0b0e;
    --check-a: #1d1f25;
    --check-b: #14161b;
    --panel: rgb(22 24 30 / 92%);
    --panel-solid: #16181e;
    --raised: rgb(255 255 255 / 8%);
    --raised-hover: rgb(255 255 255 / 15%);
    --line: rgb(255 255 255 / 11%);
    --ink: #f3f4f6;
    --soft: #b3b7c2;
    --accent: #ffd23f;
    --on-accent: #1a1500;
    /* Lines that say "chosen" or "focused": the accent where it stands out, ink where it would not. */
    --mark: #ffd23f;
    --record: #ff5a5f;
    --good: #57d9a3;
    --warn: #ffb454;
    --bad: #ff7b7f;
    --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 8px 28px rgb(0 0 0 / 34%);
    --radius: 16px;
    --touch: 44px;
    --gap: 12px;
  }

  @media (prefers-color-scheme: light) {
    :host {
      color-scheme: light;
      --stage: #dfe1e6;
      --check-a: #ffffff;
      --check-b: #e4e6ea;
      --panel: rgb(255 255 255 / 94%);
      --panel-solid: #ffffff;
      --raised: rgb(18 22 33 / 6%);
      --raised-hover: rgb(18 22 33 / 12%);
      --line: rgb(18 22 33 / 12%);
      --ink: #16181e;
      --soft: #535865;
      --accent: #ffcb1f;
      --on-accent: #1a1500;
      --mark: #16181e;
      --record: #d3222f;
      --good: #0f7a4d;
      --warn: #935600;
      --bad: #c01f2b;
      --shadow: 0 1px 2px rgb(18 22 33 / 10%), 0 8px 28px rgb(18 22 33 / 16%);
    }
  }
`;

/** What every element shares: type, buttons, panels, focus. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    font:
      500 14px/1.4 system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Liberation Sans',
      sans-serif;
    color: var(--ink);
    -webkit-tap-highlight-color: transparent;
  }

  [hidden] {
    display: none !important;
  }

  .panel {
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }

  button,
  .button {
    font: inherit;
    color: inherit;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-width: var(--touch);
    min-height: var(--touch);
    margin: 0;
    padding: 0 12px;
    border: 0;
    border-radius: 12px;
    background: transparent;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition: background-color 120ms ease;
  }

  button:hover,
  .button:hover {
    background: var(--raised-hover);
  }

  button.panel {
    background: var(--panel);
    min-height: calc(var(--touch) + 2px);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  button.panel:hover {
    background: var(--panel-solid);
  }

  button.filled,
  .button.filled {
    background: var(--raised);
  }

  button.filled:hover,
  .button.filled:hover {
    background: var(--raised-hover);
  }

  button.primary,
  .button.primary {
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 650;
  }

  button.primary:hover,
  .button.primary:hover {
    filter: brightness(1.08);
  }

  button.icon {
    padding: 0;
    width: var(--touch);
  }

  button:disabled {
    opacity: 0.38;
    cursor: default;
  }

  button:disabled:hover {
    background: transparent;
  }

  :focus-visible {
    outline: 3px solid var(--mark);
    outline-offset: 2px;
  }

  svg.i {
    width: 20px;
    height: 20px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .soft {
    color: var(--soft);
  }

  .small {
    font-size: 12px;
  }

  .digits {
    font-variant-numeric: tabular-nums;
  }

  .sr-only {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  input[type='range'] {
    accent-color: var(--mark);
    height: var(--touch);
    margin: 0;
    cursor: pointer;
  }

  input[type='checkbox'],
  input[type='radio'] {
    accent-color: var(--mark);
  }

  select,
  input[type='text'] {
    font: inherit;
    color: inherit;
    min-height: var(--touch);
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--raised);
  }

  select option {
    background: var(--panel-solid);
    color: var(--ink);
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** A dialog over the dimmed picture; its owner says how wide it is. */
export const dialogPanel = css`
  dialog {
    max-height: calc(100dvh - 24px);
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
`;

/** Squares behind whatever is transparent. */
export const checkerboard = css`
  .checker {
    background: repeating-conic-gradient(var(--check-a) 0 25%, var(--check-b) 0 50%) 0 0 / 20px 20px;
  }
`;

/** A panel in the top layer, opened by a button with `popovertarget`. */
export const popovers = css`
  [popover] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 8px;
    width: max-content;
    max-width: min(360px, calc(100vw - 16px));
    max-height: calc(100dvh - 80px);
    overflow: auto;
    color: var(--ink);
    background: var(--panel-solid);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }

  [popover] h2 {
    margin: 10px 12px 4px;
    font-size: 12px;
    font-weight: 600;
    color: var(--soft);
  }
`;
