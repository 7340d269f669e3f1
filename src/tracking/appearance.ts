import { sigmoid, type MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { logitAt } from './mask-geometry.js';

/** Mean appearance inside and outside an object within one view, each unit length; `distractor` is zeros when nothing is outside. */
export type AppearancePair = { readonly target: Float32Array; readonly distractor: Float32Array };

/** Mean features weighted by the mask's probability inside / outside; null when the mask is empty on this map. */
export function appearanceOf(map: FeatureMap, mask: MaskGrid): AppearancePair | null {
  const { channels, width, height, viewport } = map;
  const cells = width * height;
  const weights = new Float32Array(cells);
  let total = 0;
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) {
      const weight = sigmoid(logitAt(mask, viewport.x + ((k + 0.5) * viewport.width) / width, y));
      weights[i] = weight;
      total += weight > 0.5 ? weight : 0;
    }
  }
  if (total < 0.5) return null;
  const target = new Float32Array(channels);
  const distractor = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    let [inside, all] = [0, 0];
    for (let i = 0, at = c * cells; i < cells; i++, at++) {
      const value = map.data[at]!;
      inside += value * weights[i]!;
      all += value;
    }
    target[c] = inside;
    distractor[c] = all - inside;
  }
  return { target: normalise(target), distractor: normalise(distractor) };
}

/** Cosine similarity of a unit vector with every position of the map, `height * width`, -1..1. */
export function similarityMap(map: FeatureMap, vector: Float32Array): Float32Array {
  const cells = map.width * map.height;
  const out = new Float32Array(cells);
  for (let c = 0; c < map.channels; c++) {
    const v = vector[c]!;
    for (let i = 0, at = c * cells; i < cells; i++, at++) out[i] = out[i]! + v * map.data[at]!;
  }
  return out;
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
  return dot;
}

/** Scales in place to unit length; zeros stay zeros. */
function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  if (length > 1e-6) for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! / length;
  return vector;
}
