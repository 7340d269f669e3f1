import { emptyScene, type Scene } from './scene.js';

/** The one place where the scene changes. */
export class SceneStore {
  #scene: Scene = emptyScene;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get scene(): Scene {
    return this.#scene;
  }

  update(change: (scene: Scene) => Scene): void {
    const next = change(this.#scene);
    if (next === this.#scene) return;
    this.#scene = next;
    this.#onChange();
  }
}
