import { css } from 'lit';

/** Where things stand: wide, everything floats over the picture; narrow, the picture has the middle for itself. */
export const appLayout = css`
  :host {
    position: fixed;
    inset: 0;
    display: block;
    background: var(--stage);
  }
  live-roto-stage {
    position: absolute;
    inset: 0;
  }
  .hud {
    position: absolute;
    inset: 0;
    display: grid;
    grid-template: 'source right' auto 'objects right' minmax(0, 1fr) 'bottom bottom' auto / 272px minmax(0, 1fr);
    gap: var(--gap);
    padding: max(var(--gap), env(safe-area-inset-top)) max(var(--gap), env(safe-area-inset-right))
      max(var(--gap), env(safe-area-inset-bottom)) max(var(--gap), env(safe-area-inset-left));
    pointer-events: none;
    transition: opacity 200ms ease;
  }
  .hud > * > *,
  live-roto-source-picker {
    pointer-events: auto;
  }
  .quiet .hud {
    opacity: 0;
  }
  live-roto-source-picker {
    grid-area: source;
    justify-self: start;
  }
  .objects {
    grid-area: objects;
    min-height: 0;
    display: flex;
    align-items: flex-start;
  }
  live-roto-objects {
    max-height: 100%;
    display: flex;
  }
  .right {
    grid-area: right;
    justify-self: end;
    align-self: start;
    display: flex;
    gap: 8px;
  }
  .corner {
    display: flex;
  }
  .bottom {
    grid-area: bottom;
    display: grid;
    grid-template: 'timeline timeline' auto 'effects record' auto / minmax(0, 1fr) auto;
    align-items: end;
    gap: var(--gap);
  }
  live-roto-timeline {
    grid-area: timeline;
    justify-self: center;
    width: min(720px, 100%);
  }
  live-roto-effects {
    grid-area: effects;
    justify-self: start;
    max-width: 100%;
  }
  live-roto-record {
    grid-area: record;
  }
  .messages {
    position: absolute;
    top: max(68px, calc(env(safe-area-inset-top) + 68px));
    left: 50%;
    translate: -50% 0;
    width: min(560px, calc(100% - 24px));
    display: grid;
    gap: 8px;
    justify-items: center;
    pointer-events: none;
  }
  .messages > * {
    pointer-events: auto;
    max-width: 100%;
  }
  live-roto-problems {
    width: 100%;
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 10px;
    padding: 4px 6px 4px 16px;
    background: var(--panel-solid);
  }
  .note p {
    margin: 8px 0;
    padding-inline-end: 10px;
  }
  .welcome {
    position: absolute;
    inset: 72px 0 24px;
    display: grid;
    place-content: center;
    overflow: auto;
  }
  .drop {
    position: absolute;
    inset: 12px;
    display: grid;
    place-content: center;
    font-size: 22px;
    font-weight: 650;
    border: 3px dashed var(--accent);
    border-radius: 24px;
    background: var(--panel);
    pointer-events: none;
  }

  @media (max-width: 720px) {
    :host {
      --gap: 8px;
    }
    .shell {
      position: absolute;
      inset: 0;
      display: grid;
      grid-template:
        'source right' auto 'picture picture' minmax(0, 1fr) 'objects objects' auto 'bottom bottom' auto / minmax(
          0,
          1fr
        )
        auto;
      gap: var(--gap);
      padding: max(var(--gap), env(safe-area-inset-top)) var(--gap) max(var(--gap), env(safe-area-inset-bottom));
    }
    .hud {
      display: contents;
    }
    .quiet .hud > * {
      opacity: 0;
    }
    live-roto-stage {
      position: relative;
      grid-area: picture;
      margin: 0 calc(-1 * var(--gap));
    }
    .corner .wide-only {
      display: none;
    }
    live-roto-source-picker {
      max-width: 100%;
    }
    .right {
      gap: 6px;
    }
    .objects {
      max-height: 34dvh;
    }
    live-roto-objects {
      width: 100%;
    }
    .bottom {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: center;
    }
    live-roto-timeline {
      flex: 1 1 0;
      order: -1;
      min-width: 0;
      width: auto;
    }
    live-roto-record {
      order: -1;
    }
    live-roto-effects {
      width: 100%;
    }
  }
`;
