import type { Size } from '../shared/geometry.js';

export type PeopleModelName = 'square' | 'landscape';

/** Which of the two models suits a frame, and the size of the view to give it, pixels: the model's own input, so that nothing is scaled twice. */
export function peopleView(frame: Size): { readonly model: PeopleModelName; readonly size: Size } {
  // Halfway (in log space) between the models' own shapes, 1:1 and 16:9.
  return frame.width / frame.height >= 4 / 3
    ? { model: 'landscape', size: { width: 256, height: 144 } }
    : { model: 'square', size: { width: 256, height: 256 } };
}
