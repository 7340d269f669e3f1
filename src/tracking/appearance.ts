import { sigmoid, type MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { logitAt } from './mask-geometry.js';

/** One kind of feature, and the share of the region that it stands for. */
export type Typical = { readonly feature: Float32Array; readonly share: number };

/**
 * How an object and what is around it look on one frame. All vectors have unit length.
 * `target`, `distractor`: mean feature inside / outside, as the decoder wants them (zeros where there is nothing).
 * `inside`, `outside`: a few typical features each, since an object of several parts is more than its mean.
 */
export type AppearanceModel = {
  readonly target: Float32Array;
  readonly distractor: Float32Array;
  readonly inside: readonly Typical[];
  readonly outside: readonly Typical[];
  readonly timestampUs: number;
};

const INSIDE_KINDS = 6;
const OUTSIDE_KINDS = 10;
const ROUNDS = 4;
/** Sharpness of the comparison with typical features. */
const SHARPNESS = 10;

/** What the object on `mask` looks like in this view; null when the mask is empty on it. */
export function learnAppearance(map: FeatureMap, mask: MaskGrid): AppearanceModel | null {
  const weights = probabilities(map, mask);
  const [inside, outside]: [Float32Array[], Float32Array[]] = [[], []];
  const target = new Float32Array(map.channels);
  const distractor = new Float32Array(map.channels);
  weights.forEach((weight, i) => {
    const feature = featureAt(map, i);
    addScaled(target, feature, weight);
    addScaled(distractor, feature, 1 - weight);
    if (weight > 0.5) inside.push(feature);
    else outside.push(feature);
  });
  if (inside.length === 0) return null;
  return {
    target: normalise(target),
    distractor: normalise(distractor),
    inside: typical(inside, INSIDE_KINDS),
    outside: typical(outside, OUTSIDE_KINDS),
    timestampUs: map.timestampUs,
  };
}

function probabilities({ width, height, viewport }: FeatureMap, mask: MaskGrid): Float32Array {
  const weights = new Float32Array(width * height);
  for (let j = 0, i = 0; j < height; j++) {
    const y = viewport.y + ((j + 0.5) * viewport.height) / height;
    for (let k = 0; k < width; k++, i++) {
      weights[i] = sigmoid(logitAt(mask, viewport.x + ((k + 0.5) * viewport.width) / width, y));
    }
  }
  return weights;
}

function featureAt({ data, channels, width, height }: FeatureMap, i: number): Float32Array {
  const feature = new Float32Array(channels);
  for (let c = 0, at = i; c < channels; c++, at += width * height) feature[c] = data[at]!;
  return feature;
}

/** Spherical k-means, started from features as far from one another as possible. */
function typical(features: readonly Float32Array[], kinds: number): Typical[] {
  let centres = farApart(features, kinds);
  let counts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map((centre) => new Float32Array(centre.length));
    counts = centres.map(() => 0);
    for (const feature of features) {
      const kind = nearest(feature, centres);
      addScaled(sums[kind]!, feature, 1);
      counts[kind] = counts[kind]! + 1;
    }
    centres = sums.map(normalise);
  }
  return centres
    .map((feature, kind) => ({ feature, share: counts[kind]! / features.length }))
    .filter(({ share }) => share > 0);
}

function farApart(features: readonly Float32Array[], most: number): Float32Array[] {
  const closest = new Float32Array(features.length).fill(-1);
  const chosen = features.slice(0, 1);
  while (chosen.length < Math.min(most, features.length)) {
    let farthest = 0;
    features.forEach((feature, i) => {
      closest[i] = Math.max(closest[i]!, cosine(feature, chosen.at(-1)!));
      if (closest[i] < closest[farthest]!) farthest = i;
    });
    chosen.push(features[farthest]!);
  }
  return chosen;
}

function nearest(feature: Float32Array, centres: readonly Float32Array[]): number {
  let [best, bestAt] = [-Infinity, 0];
  centres.forEach((centre, i) => {
    const likeness = cosine(feature, centre);
    if (likeness > best) [best, bestAt] = [likeness, i];
  });
  return bestAt;
}

/**
 * For every position of the map the log of how much more it looks like the inside of the object than like the outside, by all the models together.
 * About 0 where it could be either; `height * width`.
 */
export function evidenceMap(map: FeatureMap, models: readonly AppearanceModel[]): Float32Array {
  const inside = likeness(
    map,
    models.map((model) => model.inside),
  );
  const outside = likeness(
    map,
    models.map((model) => model.outside),
  );
  return inside.map((value, i) => Math.log(value / Math.max(1e-6, outside[i]!)));
}

function likeness(map: FeatureMap, sets: readonly (readonly Typical[])[]): Float32Array {
  const sum = new Float32Array(map.width * map.height).fill(1e-6);
  for (const set of sets) {
    for (const { feature, share } of set) {
      similarityMap(map, feature).forEach((value, i) => {
        sum[i] = sum[i]! + Math.exp(SHARPNESS * value) * share;
      });
    }
  }
  return sum;
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

function addScaled(sum: Float32Array, vector: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * vector[i]!;
}

/** Scales in place to unit length; zeros stay zeros. */
function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  if (length > 1e-6) for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! / length;
  return vector;
}
