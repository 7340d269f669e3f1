import type { Compositor } from '../render/compositor.js';
import { DEFAULT_EFFECTS } from '../shared/effects.js';
import type { MaskObservation, MaskObserverOptions } from '../shared/pipeline-api.js';
import type { DrawnFrame } from './frame-stages.js';

/** A frame that is to be read later, with a clone of its own. */
type Kept = { readonly drawn: DrawnFrame; readonly shownAtMs: number };

/** Reports what is on screen, frame by frame, to whoever measures it. */
export class MaskObserver {
  readonly #options: MaskObserverOptions;
  #kept: Kept[] = [];
  #sent = 0;

  constructor(options: MaskObserverOptions) {
    this.#options = options;
  }

  /** The compositor has just drawn the frame, which is borrowed. */
  observe(compositor: Compositor, drawn: DrawnFrame): void {
    const shownAtMs = performance.timeOrigin + performance.now();
    if (this.#options.read === 'at-once') this.#send(compositor, drawn, shownAtMs);
    else this.#kept.push({ drawn: { ...drawn, frame: drawn.frame.clone() }, shownAtMs });
  }

  /** Draws again what was kept, and reads and sends it. @returns how many observations were sent in all */
  finish(compositor: Compositor): number {
    try {
      for (const { drawn, shownAtMs } of this.#kept) {
        compositor.render(drawn.frame, drawn.layers, DEFAULT_EFFECTS, { compare: true });
        this.#send(compositor, drawn, shownAtMs);
      }
    } finally {
      this.close();
    }
    return this.#sent;
  }

  /** Sends nothing more. */
  close(): void {
    for (const { drawn } of this.#kept) drawn.frame.close();
    this.#kept = [];
    this.#options.port.close();
  }

  #send(compositor: Compositor, { frame, layers, maskAgesMs }: DrawnFrame, shownAtMs: number): void {
    const { port, size } = this.#options;
    const looks = new Map(layers.map((layer) => [layer.id, layer.look]));
    const mattes = compositor.readMattes(size).flatMap(({ id, alpha }) => {
      const state = looks.get(id);
      return state === undefined || state === 'preview' ? [] : [{ id, alpha, state, ageMs: maskAgesMs.get(id) ?? 0 }];
    });
    const observation: MaskObservation = { timestampUs: frame.timestamp, size, shownAtMs, mattes };
    port.postMessage(
      observation,
      mattes.flatMap(({ alpha }) => (alpha.buffer instanceof ArrayBuffer ? [alpha.buffer] : [])),
    );
    this.#sent++;
  }
}
