import { css } from 'lit';

/** Tiles of the effects: a small picture that shows the effect, a word below. The radio button is there, but drawn as the tile's frame. */
export const tileStyles = css`
  .tile {
    position: relative;
    flex: none;
    display: grid;
    gap: 2px;
    justify-items: center;
    cursor: pointer;
  }
  .tile input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    /* The label takes the pointer. */
    pointer-events: none;
  }
  .view {
    position: relative;
    display: block;
    width: 60px;
    height: 44px;
    border-radius: 10px;
    overflow: hidden;
    box-shadow: 0 0 0 1px var(--line);
    isolation: isolate;
  }
  .word {
    font-size: 12px;
    line-height: 16px;
    color: var(--soft);
  }
  input:checked ~ .view {
    box-shadow: 0 0 0 2.5px var(--mark);
  }
  input:checked ~ .word {
    color: var(--ink);
    font-weight: 650;
  }
  input:focus-visible ~ .view {
    outline: 3px solid var(--mark);
    outline-offset: 3px;
  }
  .tile:hover .word {
    color: var(--ink);
  }
  .scene {
    position: absolute;
    inset: 0;
    background:
      radial-gradient(circle at 82% 26%, #ffe9a8 0 9%, transparent 10%),
      linear-gradient(168deg, transparent 62%, #3d6a4b 63%), linear-gradient(196deg, transparent 56%, #5b8f68 57%),
      linear-gradient(#7fb4e6, #cfe4f2);
  }
  .figure {
    position: absolute;
    inset: 4px 0 0;
    width: 100%;
    height: calc(100% - 4px);
    object-fit: contain;
    z-index: 1;
  }
  svg.figure {
    fill: #f4d9c0;
    stroke: #6b4a35;
    stroke-width: 0.8;
  }
  .background-blur .scene {
    inset: -6px;
    filter: blur(5px);
  }
  .background-colour .scene {
    background: var(--fill);
  }
  .background-picture .scene.choose {
    display: grid;
    place-items: center;
    background: var(--raised);
  }
  .background-picture .choose ~ .figure {
    display: none;
  }
  .background-picture .cover {
    object-fit: cover;
  }
  .background-transparent .scene {
    background: repeating-conic-gradient(var(--check-a) 0 25%, var(--check-b) 0 50%) 0 0 / 12px 12px;
  }
  .object-none .scene,
  .object-highlight .scene,
  .object-outline .scene {
    filter: saturate(0.5) brightness(0.75);
  }
  .object-highlight .figure {
    filter: drop-shadow(0 0 3px var(--own)) drop-shadow(0 0 3px var(--own));
  }
  .object-outline .figure {
    filter: drop-shadow(1.5px 0 var(--own)) drop-shadow(-1.5px 0 var(--own)) drop-shadow(0 -1.5px var(--own));
  }
`;
