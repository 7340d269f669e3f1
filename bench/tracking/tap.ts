/**
 * What one tap gives on photos with instance maps (`<id>.jpg` + `<id>.png`, 0 background): one tap at the deepest point of each instance, IoU of the
 * reading chosen after each look, and of the best of all that are offered. See run.mjs.
 */
import { readdirSync } from 'node:fs';
import type { Size } from '../../src/shared/geometry.js';
import { maskShape } from '../../src/tracking/mask-geometry.js';
import { applyKeyframe, markAsked, newTrack, planKeyframe, type Track } from '../../src/tracking/tracker.js';
import { loadPicture, readView } from './frames.js';
import { loadModel } from './lockstep.js';
import { mean, readOptions } from './options.js';
import { gridOf, rasterise } from '../measures/grid.js';
import { jaccard } from '../measures/region.js';

const options = readOptions();
const root = options.get('root') ?? '../shared/data/coco-val-100';
const input = Number(options.get('input') ?? 256);
const every = Number(options.get('every') ?? 1);
/** The smallest instance, as a share of the picture. */
const SMALLEST = 0.003;
const model = await loadModel(options.get('model'));

const byLook: number[][] = [];
const best: number[] = [];
const offered: number[] = [];

async function tap(rgba: Uint8ClampedArray<ArrayBuffer>, frame: Size, truth: Uint8Array): Promise<void> {
  const shape = maskShape(gridOf(truth, frame, 0))!;
  let track: Track = newTrack(1, 'prompted', { kind: 'point', point: { ...shape.deepest, inside: true } }, 0);
  for (let look = 0; track.tap !== null; look++) {
    const request = planKeyframe([track], {
      frame,
      nowUs: 0,
      maxInputSize: input,
      carry: (mask) => mask,
      promptableReady: true,
      peopleReady: false,
    });
    if (request === null) break;
    track = markAsked([track], request)[0]!;
    const view = readView(rgba, frame, request.viewport, request.input, 0);
    const { objects, appearance } = await model.segment(
      view,
      request.asks.map(({ prompt }) => prompt),
    );
    track = applyKeyframe(track, request, objects[0] ?? [], appearance);
    (byLook[look] ??= []).push(jaccard(rasterise(track.mask, frame), truth));
  }
  best.push(Math.max(...track.candidates.map(({ mask }) => jaccard(rasterise(mask, frame), truth))));
  offered.push(track.candidates.length);
}

const ids = readdirSync(root)
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => name.slice(0, -4));
for (const [n, id] of ids.entries()) {
  if (n % every !== 0) continue;
  const { size, rgba, labels } = loadPicture(root, id);
  for (const label of new Set(labels)) {
    if (label === 0 || label === 255) continue;
    const truth = labels.map((value) => (value === label ? 1 : 0));
    if (truth.reduce((sum, one) => sum + one, 0) < SMALLEST * truth.length) continue;
    await tap(rgba, size, truth);
  }
}
console.log(`instances ${best.length}`);
byLook.forEach((ious, look) => console.log(`after look ${look + 1}: IoU ${mean(ious).toFixed(4)}`));
console.log(`best of the offered: ${mean(best).toFixed(4)} (${mean(offered).toFixed(2)} offered)`);
