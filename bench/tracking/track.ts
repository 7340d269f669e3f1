/** J of lockstep tracking on sequences with truth, from the first frame's mask or from one tap on it. See run.mjs. */
import { writeFileSync } from 'node:fs';
import type { MaskGrid } from '../../src/shared/mask.js';
import { maskShape } from '../../src/tracking/mask-geometry.js';
import { newTrack, newTrackFromMask, type Track } from '../../src/tracking/tracker.js';
import { loadSequence, sequenceNames, timeOf, type Clip } from './frames.js';
import { appearanceOn, loadModel, Lockstep } from './lockstep.js';
import { mean, readOptions } from './options.js';
import { writeSheet } from './sheet.js';
import { changeBetween, flickerOf, type Change, type Pair } from '../measures/flicker.js';
import { gridOf, rasterise } from '../measures/grid.js';
import { jaccard } from '../measures/region.js';

const options = readOptions();
const root = options.get('root') ?? '../shared/data/davis2016-val-360p';
const input = Number(options.get('input') ?? 256);
const init = options.get('init') ?? 'mask';
const most = Number(options.get('frames') ?? 1000);
/** Every so many frames one is a keyframe, as where the model is slower than the camera; the others show masks carried to them. */
const stride = Number(options.get('stride') ?? 1);
const model = await loadModel(options.get('model'));

async function firstTrack(clip: Clip, mask: MaskGrid): Promise<Track> {
  const shape = maskShape(mask)!;
  if (init === 'tap')
    return newTrack(1, 'prompted', { kind: 'point', point: { ...shape.deepest, inside: true } }, timeOf(clip, 0));
  if (init === 'box') return newTrack(1, 'prompted', { kind: 'box', box: shape.box }, timeOf(clip, 0));
  return newTrackFromMask(1, mask, await appearanceOn(model, clip, 0, shape.box, input));
}

async function follow(clip: Clip): Promise<{
  flicker: number | null;
  js: number[];
  scores: number[];
  states: string[];
  masks: Uint8Array[];
  encodes: number;
}> {
  const run = new Lockstep(clip, model, input, [
    await firstTrack(clip, gridOf(clip.truth(0)!, clip.size, timeOf(clip, 0))),
  ]);
  const [js, scores, states, masks]: [number[], number[], string[], Uint8Array[]] = [[], [], [], []];
  const changes: Change[] = [];
  let before: Pair | null = null;
  for (let i = 0; i < Math.min(most, clip.count); i++) {
    await run.step(i, i % stride === 0);
    const track = run.tracks[0]!;
    const shown = track.state === 'lost' || track.mask === null ? null : run.carry(track.mask);
    const mask = rasterise(shown, clip.size);
    const now: Pair | null =
      shown === null ? null : { mask: shown, truth: gridOf(clip.truth(i)!, clip.size, timeOf(clip, i)) };
    const change = before === null || now === null ? null : changeBetween(before, now, run.carry, clip.size);
    if (change !== null) changes.push(change);
    before = now;
    js.push(jaccard(mask, clip.truth(i)!));
    scores.push(track.score);
    states.push(track.state);
    masks.push(mask);
  }
  return { js, scores, states, masks, encodes: run.encodes, flicker: flickerOf(changes) };
}

const rows = [];
for (const name of sequenceNames(root, options.get('seqs'))) {
  const clip = loadSequence(root, name);
  const started = performance.now();
  const { js, scores, states, masks, encodes, flicker } = await follow(clip);
  const J = mean(js.slice(1, js.length === clip.count ? -1 : undefined));
  const count = (state: string): number => states.filter((s) => s === state).length;
  console.log(
    `${name.padEnd(20)} J ${J.toFixed(3)} first ${js[0]!.toFixed(2)} last quarter ${mean(js.slice(-Math.ceil(js.length / 4))).toFixed(3)}`,
    `score ${mean(scores).toFixed(2)} unsure ${count('unsure')} lost ${count('lost')} found ${count('found')}`,
    `encodes/frame ${(encodes / js.length).toFixed(2)} ${((performance.now() - started) / js.length).toFixed(0)} ms`,
  );
  rows.push({ name, J, flicker, js, scores, states });
  const sheets = options.get('sheets');
  if (sheets !== undefined) writeSheet(`${sheets}/${name}.png`, clip, masks, states, scores);
}
console.log('flicker', mean(rows.flatMap(({ flicker }) => flicker ?? [])).toFixed(3));
console.log('J', mean(rows.map(({ J }) => J)).toFixed(4));
const file = options.get('json');
if (file !== undefined) writeFileSync(file, JSON.stringify({ J: mean(rows.map(({ J }) => J)), rows }));
