/**
 * `node bench/tracking/run.mjs likeness [--root folder] [--input 192] [--model folder]`: how far true masks fall short of an object's usual likeness over a clip, and
 * how far masks of other things do. The tracker's thresholds on likeness lie between the two, and belong to one model: measure again when it changes.
 */
import type { MaskGrid } from '../../src/shared/mask.js';
import type { FeatureMap } from '../../src/shared/segmentation.js';
import { fallsShort, learnAppearance, likeness } from '../../src/tracking/appearance.js';
import { maskShape } from '../../src/tracking/mask-geometry.js';
import { gridOf } from '../measures/grid.js';
import { loadSequence, sequenceNames, timeOf } from './frames.js';
import { appearanceOn, loadModel } from './lockstep.js';
import { percentile, readOptions } from './options.js';

const options = readOptions();
const root = options.get('root') ?? '../shared/data/davis2016-val-360p';
const input = Number(options.get('input') ?? 192);
const model = await loadModel(options.get('model'));

/** Frames between two that are looked at; the second is soon after the first, to learn what is usual. */
const STEP = 8;
const SOON = 2;
const SHARES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

type Seen = { readonly map: FeatureMap; readonly mask: MaskGrid };

async function look(name: string): Promise<Seen[]> {
  const clip = loadSequence(root, name);
  const seen: Seen[] = [];
  for (let i = 0; i < clip.count; i += i === 0 ? SOON : STEP) {
    const mask = gridOf(clip.truth(i)!, clip.size, timeOf(clip, i));
    const shape = maskShape(mask);
    if (shape === null) continue;
    const map = await appearanceOn(model, clip, i, shape.box, input);
    if (map !== null) seen.push({ map, mask });
  }
  return seen;
}

const quantiles = (values: readonly number[]): string =>
  SHARES.map((share) => percentile(values, share).toFixed(3)).join('  ');

const clips = [];
for (const name of sequenceNames(root, options.get('seqs'))) clips.push({ name, seen: await look(name) });

const [self, others, around]: [number[], number[], number[]] = [[], [], []];
for (const { name, seen } of clips) {
  const [start, soon, ...later] = seen;
  const learned = start === undefined ? null : learnAppearance(start.map, start.mask);
  const usual = learned === null || soon === undefined ? null : likeness(soon.map, soon.mask, [learned]);
  if (learned === null || usual === null) continue;
  const shortOf = (things: readonly Seen[]): number[] =>
    things.flatMap(({ map, mask }) => {
      const like = likeness(map, mask, [learned]);
      return like === null ? [] : [fallsShort(like, usual)];
    });
  const own = shortOf(later);
  self.push(...own);
  others.push(...shortOf(clips.filter((clip) => clip.name !== name).flatMap((clip) => clip.seen.slice(2, 4))));
  around.push(
    ...shortOf(later.map(({ map, mask }) => ({ map, mask: { ...mask, data: mask.data.map((logit) => -logit) } }))),
  );
  console.log(`${name.padEnd(20)} usual ${usual.features.toFixed(2)}  falls short by ${quantiles(own)}`);
}
console.log(`\nfalls short by, at ${SHARES.map((share) => `${share * 100} %`).join(', ')} of the masks`);
console.log(`the object itself   ${quantiles(self)}`);
console.log(`other clips' things ${quantiles(others)}`);
console.log(`what is around it   ${quantiles(around)}`);
