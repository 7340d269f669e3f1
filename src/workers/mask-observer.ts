import type { Compositor } from '../render/compositor.js';
import type { Size } from '../shared/geometry.js';
import type { MaskObservation } from '../shared/pipeline-api.js';
import type { DrawnFrame } from './frame-stages.js';

/** Reports what is on screen, frame by frame, to whoever measures it. */
export class MaskObserver {
  readonly #port: MessagePort;
  readonly #size: Size;

  constructor(port: MessagePort, size: Size) {
    this.#port = port;
    this.#size = size;
  }

  observe(compositor: Compositor, { frame, layers, maskAgesMs }: DrawnFrame): void {
    const looks = new Map(layers.map((layer) => [layer.id, layer.look]));
    const mattes = compositor.readMattes(this.#size).flatMap(({ id, alpha }) => {
      const state = looks.get(id);
      return state === undefined || state === 'preview' ? [] : [{ id, alpha, state, ageMs: maskAgesMs.get(id) ?? 0 }];
    });
    const observation: MaskObservation = { timestampUs: frame.timestamp, size: this.#size, mattes };
    this.#port.postMessage(
      observation,
      mattes.flatMap(({ alpha }) => (alpha.buffer instanceof ArrayBuffer ? [alpha.buffer] : [])),
    );
  }

  close(): void {
    this.#port.close();
  }
}
