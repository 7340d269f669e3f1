import { sigmoid, type MaskGrid } from '../shared/mask.js';
import type { FeatureMap } from '../shared/segmentation.js';
import { logitAt } from './mask-geometry.js';

/** Shares of red and of blue in the light, 0..1. */
export type Colour = { readonly red: number; readonly blue: number };

/** One kind of feature, the mean colour of what has it, and the share of the region that it stands for. */
export type Typical = { readonly feature: Float32Array; readonly colour: Colour; readonly share: number };

type Cell = { readonly feature: Float32Array; readonly colour: Colour };

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
  /** Side of a cell of the map that it was learned on, frame pixels. */
  readonly cell: number;
  readonly timestampUs: number;
};

/** How an object looks, to tell it from others and to find it again. */
export type AppearanceMemory = {
  /** From the frame it was tapped on: what the person meant. */
  readonly first: AppearanceModel | null;
  /** From later confident frames, oldest first. */
  readonly gallery: readonly AppearanceModel[];
  /** How like these models its sure masks usually are, a slow mean; null = not known yet. */
  readonly usual: Likeness | null;
};

/** Every model of a memory, the tapped frame's first. */
export const modelsOf = ({ first, gallery }: AppearanceMemory): AppearanceModel[] => [
  ...(first === null ? [] : [first]),
  ...gallery,
];

const INSIDE_KINDS = 6;
const OUTSIDE_KINDS = 10;
const ROUNDS = 4;
/** How much a difference in colour counts against a similarity of features, which hardly tell a red toy from a blue one. */
const COLOUR_WEIGHT = 1;
/** Sharpness of the comparison with typical features. */
const SHARPNESS = 10;

/** What the object on `mask` looks like in this view; null when the mask is empty on it. */
export function learnAppearance(map: FeatureMap, mask: MaskGrid): AppearanceModel | null {
  const weights = probabilities(map, mask);
  const [inside, outside]: [Cell[], Cell[]] = [[], []];
  const target = new Float32Array(map.channels);
  const distractor = new Float32Array(map.channels);
  weights.forEach((weight, i) => {
    const cell = cellAt(map, i);
    addScaled(target, cell.feature, weight);
    addScaled(distractor, cell.feature, 1 - weight);
    if (weight > 0.5) inside.push(cell);
    else outside.push(cell);
  });
  if (inside.length === 0) return null;
  return {
    target: normalise(target),
    distractor: normalise(distractor),
    inside: typical(inside, INSIDE_KINDS),
    outside: typical(outside, OUTSIDE_KINDS),
    cell: cellOf(map),
    timestampUs: map.timestampUs,
  };
}

const cellOf = ({ viewport, width }: FeatureMap): number => viewport.width / width;

/**
 * How many times closer or wider than any view that the object is known from a map's view is, 1 or more. The same object looks different from so far
 * off: at 2.5 it falls .2 short of itself.
 */
export function closerOrWider(map: FeatureMap, models: readonly AppearanceModel[]): number {
  const ratios = models.map(({ cell }) => Math.max(cell / cellOf(map), cellOf(map) / cell));
  return ratios.length === 0 ? 1 : Math.min(...ratios);
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

const cellAt = (map: FeatureMap, i: number): Cell => ({ feature: featuresOf(map)[i]!, colour: colourAt(map, i) });

/** A map is not changed once it is made, and a keyframe asks for its features many times. */
const features = new WeakMap<FeatureMap, readonly Float32Array[]>();

/** The feature of every position. Shared: not to be changed. */
function featuresOf(map: FeatureMap): readonly Float32Array[] {
  const known = features.get(map);
  if (known !== undefined) return known;
  const { data, channels, width, height } = map;
  const cells = width * height;
  const all = new Float32Array(cells * channels);
  for (let c = 0, from = 0; c < channels; c++) {
    for (let i = 0, to = c; i < cells; i++, from++, to += channels) all[to] = data[from]!;
  }
  const each = Array.from({ length: cells }, (_, i) => all.subarray(i * channels, (i + 1) * channels));
  features.set(map, each);
  return each;
}

const colourAt = ({ colours, width, height }: FeatureMap, i: number): Colour => ({
  red: colours[i]!,
  blue: colours[width * height + i]!,
});

const difference = (a: Colour, b: Colour): number => Math.hypot(a.red - b.red, a.blue - b.blue);

/** Spherical k-means of the features, started from ones as far from one another as possible. */
function typical(cells: readonly Cell[], kinds: number): Typical[] {
  let centres = farApart(
    cells.map(({ feature }) => feature),
    kinds,
  );
  let members: Cell[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    members = centres.map(() => []);
    for (const cell of cells) members[nearest(cell.feature, centres)]!.push(cell);
    centres = members.map((of, kind) => {
      const sum = new Float32Array(centres[kind]!.length);
      for (const { feature } of of) addScaled(sum, feature, 1);
      return normalise(sum);
    });
  }
  return centres
    .map((feature, kind) => ({
      feature,
      colour: meanColour(members[kind]!),
      share: members[kind]!.length / cells.length,
    }))
    .filter(({ share }) => share > 0);
}

const meanColour = (cells: readonly Cell[]): Colour => ({
  red: cells.reduce((sum, { colour }) => sum + colour.red, 0) / cells.length,
  blue: cells.reduce((sum, { colour }) => sum + colour.blue, 0) / cells.length,
});

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
 * How like the object something is.
 * `features`: the mean of two cosines, of each feature inside with the kind of the model nearest to it, and of the mean feature with the model's. About 0.6
 * for other things and 0.85 for the object.
 * `colours`: how far the mean colour of each kind is from the model's, on average; 0 = the same, about 0.3 between red and blue.
 */
export type Likeness = { readonly features: number; readonly colours: number };

/**
 * Compares what is on `mask` with the model that it is most like; null when the mask is empty on this map or there is no model. Unlike evidence it does not
 * ask what is around.
 */
export function likeness(map: FeatureMap, mask: MaskGrid, models: readonly AppearanceModel[]): Likeness | null {
  const inside: number[] = [];
  probabilities(map, mask).forEach((weight, i) => {
    if (weight > 0.5) inside.push(i);
  });
  if (inside.length === 0) return null;
  const mean = meanFeature(map, inside);
  return models.reduce<Likeness | null>((best, model) => {
    const like = likenessTo(model, map, inside, mean);
    return best === null || like.features > best.features ? like : best;
  }, null);
}

/** How much less like the object something is than the object usually is: 0.02 for itself a while later, 0.1 and more for other things. */
export const fallsShort = (now: Likeness, usual: Likeness): number =>
  usual.features - now.features + COLOUR_WEIGHT * offColour(now, usual);

/** How much farther from the object's colours something is than the object usually is: up to 0.05 for itself, 0.07 and more for one like it in another colour. */
export const offColour = (now: Likeness, usual: Likeness): number => Math.max(0, now.colours - usual.colours);

/** What stands for the usual likeness while it is not known yet. */
const TYPICAL: Likeness = { features: 0.85, colours: 0.03 };

/** How unlike an object something is beyond how unlike itself the object usually is: see {@link fallsShort} and {@link offColour}. */
export type Unlikeness = { readonly short: number; readonly colours: number };

/** What is on the mask against what is known of the object; both infinite when there is nothing to compare. */
export function unlikeness(memory: AppearanceMemory, mask: MaskGrid, map: FeatureMap): Unlikeness {
  const like = likeness(map, mask, modelsOf(memory));
  if (like === null) return { short: Infinity, colours: Infinity };
  const usual = memory.usual ?? TYPICAL;
  return { short: fallsShort(like, usual), colours: offColour(like, usual) };
}

/** @param inside positions of the map @param mean their mean feature, of unit length */
function likenessTo(model: AppearanceModel, map: FeatureMap, inside: readonly number[], mean: Float32Array): Likeness {
  const kinds = model.inside.map((kind) => ({
    kind,
    similar: similarityMap(map, kind.feature),
    red: 0,
    blue: 0,
    count: 0,
  }));
  let parts = 0;
  for (const i of inside) {
    let most = kinds[0]!;
    for (const kind of kinds) if (kind.similar[i]! > most.similar[i]!) most = kind;
    parts += most.similar[i]!;
    most.red += map.colours[i]!;
    most.blue += map.colours[map.width * map.height + i]!;
    most.count++;
  }
  const colours = kinds.reduce((sum, { kind: { colour }, red, blue, count }) => {
    return count === 0 ? sum : sum + count * difference({ red: red / count, blue: blue / count }, colour);
  }, 0);
  return {
    features: (parts / inside.length + cosine(mean, model.target)) / 2,
    colours: colours / inside.length,
  };
}

function meanFeature(map: FeatureMap, positions: readonly number[]): Float32Array {
  const mean = new Float32Array(map.channels);
  for (const i of positions) addScaled(mean, featuresOf(map)[i]!, 1);
  return normalise(mean);
}

/**
 * For every position of the map the log of how much more it looks like the inside of the object than like the outside, by all the models together.
 * About 0 where it could be either; `height * width`.
 */
export function evidenceMap(map: FeatureMap, models: readonly AppearanceModel[]): Float32Array {
  const inside = closeness(
    map,
    models.map((model) => model.inside),
  );
  const outside = closeness(
    map,
    models.map((model) => model.outside),
  );
  for (let i = 0; i < inside.length; i++) inside[i] = Math.log(inside[i]! / Math.max(1e-6, outside[i]!));
  return inside;
}

function closeness(map: FeatureMap, sets: readonly (readonly Typical[])[]): Float32Array {
  const sum = new Float32Array(map.width * map.height).fill(1e-6);
  for (const kind of sets.flat()) {
    const like = likenessMap(map, kind);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + Math.exp(SHARPNESS * like[i]!) * kind.share;
  }
  return sum;
}

/** How much every position of the map looks like one kind of feature: the cosine, less the difference in colour. */
function likenessMap(map: FeatureMap, { feature, colour: { red, blue } }: Typical): Float32Array {
  const { colours } = map;
  const like = similarityMap(map, feature).slice();
  for (let i = 0, j = like.length; i < like.length; i++, j++) {
    const [byRed, byBlue] = [colours[i]! - red, colours[j]! - blue];
    like[i] = like[i]! - COLOUR_WEIGHT * Math.sqrt(byRed * byRed + byBlue * byBlue);
  }
  return like;
}

/** Share of the inside below which a kind of feature is too rare to know the object by: the odd cell of something else that a mask took in. */
const COMMON = 0.05;

/**
 * How much every position of the map looks like some part of the object: the cosine with the nearest kind of feature inside, less the difference in colour.
 * Unlike {@link evidenceMap} it does not ask what was around, where there may have been another one like it. `height * width`, at most 1.
 */
export function alikeMap(map: FeatureMap, models: readonly AppearanceModel[]): Float32Array {
  const most = new Float32Array(map.width * map.height).fill(-1);
  for (const kind of models.flatMap(({ inside }) => inside.filter(({ share }) => share >= COMMON))) {
    const like = likenessMap(map, kind);
    for (let i = 0; i < most.length; i++) most[i] = Math.max(most[i]!, like[i]!);
  }
  return most;
}

/** As with {@link features}: several ask how much a map looks like the same. */
const similarityMaps = new WeakMap<FeatureMap, WeakMap<Float32Array, Float32Array>>();

/** Cosine similarity of a unit vector with every position of the map, `height * width`, -1..1. Shared: not to be changed. */
function similarityMap(map: FeatureMap, vector: Float32Array): Float32Array {
  const ofMap = similarityMaps.get(map) ?? new WeakMap<Float32Array, Float32Array>();
  similarityMaps.set(map, ofMap);
  const known = ofMap.get(vector);
  if (known !== undefined) return known;
  const ofEach = featuresOf(map);
  const similar = new Float32Array(ofEach.length);
  for (let i = 0; i < similar.length; i++) similar[i] = cosine(ofEach[i]!, vector);
  ofMap.set(vector, similar);
  return similar;
}

function cosine(a: Float32Array, b: Float32Array): number {
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
