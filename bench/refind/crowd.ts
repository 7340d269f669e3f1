/**
 * `node bench/tracking/run.mjs crowd [--count 8 | --follow 3,5] [--frames 300] [--fps 15] [--input 192] [--json f]`: follows the first `count` objects of the sample scene at once, or those
 * with these ids, in lockstep, and tells whether anyone was taken for someone else, followed or not, and what it cost.
 */
import { writeFileSync } from 'node:fs';
import { renderSampleFrame, SAMPLE_SCENE, type SampleFrame } from '../../src/sample/sample.js';
import { newTrackFromMask } from '../../src/tracking/track.js';
import { gridOf, rasterise } from '../measures/grid.js';
import { jaccard } from '../measures/region.js';
import { areaOf, type Bits } from '../measures/truth.js';
import { timeOf, type Clip } from '../tracking/frames.js';
import { loadModel, Lockstep } from '../tracking/lockstep.js';
import { mean, readOptions } from '../tracking/options.js';

const options = readOptions();
const fps = Number(options.get('fps') ?? 15);
const input = Number(options.get('input') ?? 192);
const numbers = (value: string): number[] => value.split(',').map(Number);
const counts = numbers(options.get('count') ?? '8');
const follow = options.get('follow');
const ids = follow === undefined ? null : numbers(follow);
const count = Math.min(Number(options.get('frames') ?? Infinity), SAMPLE_SCENE.durationSeconds * fps);

/** Seen from an IoU on, a mask counts as somebody's. */
const TAKEN = 0.3;
/** Less of an object in sight than this share of what is usual is not judged. */
const IN_SIGHT = 0.25;

const frameAt = (index: number): SampleFrame => renderSampleFrame(Math.round((index * SAMPLE_SCENE.frameRate) / fps));
const clip: Clip = {
  name: 'sample',
  size: SAMPLE_SCENE.size,
  count,
  fps,
  rgba: (index) => frameAt(index).rgba,
  truth: () => null,
};
const truthOf = ({ ids }: SampleFrame, id: number): Bits => ids.map((owner) => (owner === id ? 1 : 0));

type Fate = {
  readonly name: string;
  readonly own: number[];
  readonly others: number[];
  /** Frames on another object without a word of doubt. */
  swapped: number;
  /** Frames in sight while said to be lost. */
  lost: number;
};

type SceneObjects = readonly (typeof SAMPLE_SCENE)['objects'][number][];

async function followAll(objects: SceneObjects): Promise<{ fates: Fate[]; encodes: number; ms: number }> {
  const model = await loadModel(options.get('model'));
  const first = frameAt(0);
  const usual = objects.map(({ id }) => areaOf(truthOf(first, id)));
  const tracks = objects.map(({ id }) => newTrackFromMask(id, gridOf(truthOf(first, id), clip.size, 0), null));
  const run = new Lockstep(clip, model, input, tracks);
  const fates = objects.map(({ name }): Fate => ({ name, own: [], others: [], swapped: 0, lost: 0 }));
  let ms = 0;
  for (let i = 0; i < clip.count; i++) {
    const started = performance.now();
    await run.step(i);
    ms += performance.now() - started;
    const frame = frameAt(i);
    const truths = SAMPLE_SCENE.objects.map(({ id }) => truthOf(frame, id));
    run.tracks.forEach((track, at) => {
      const fate = fates[at]!;
      const n = SAMPLE_SCENE.objects.indexOf(objects[at]!);
      const inSight = areaOf(truths[n]!) >= IN_SIGHT * usual[at]!;
      if (inSight && track.state === 'lost') fate.lost++;
      if (track.state === 'lost' || track.mask?.timestampUs !== timeOf(clip, i)) return;
      const mask = rasterise(track.mask, clip.size);
      const ious = truths.map((truth) => (areaOf(truth) === 0 ? 0 : jaccard(mask, truth)));
      const own = ious[n]!;
      const other = Math.max(0, ...ious.filter((_, other) => other !== n));
      if (inSight) fate.own.push(own);
      fate.others.push(other);
      if (other > own && other >= TAKEN && track.state !== 'unsure') fate.swapped++;
    });
  }
  return { fates, encodes: run.encodes, ms };
}

const rows = [];
const groups =
  ids === null
    ? counts.map((howMany) => SAMPLE_SCENE.objects.slice(0, howMany))
    : [SAMPLE_SCENE.objects.filter(({ id }) => ids.includes(id))];
for (const objects of groups) {
  const howMany = objects.length;
  const { fates, encodes, ms } = await followAll(objects);
  for (const { name, own, others, swapped, lost } of fates)
    console.log(
      `${name.padEnd(14)} own IoU ${mean(own).toFixed(3)} on ${own.length} frames`,
      `best other ${mean(others).toFixed(3)}  frames on another ${swapped}  lost in sight ${lost}`,
    );
  const cost = { howMany, encodesPerFrame: encodes / clip.count, msPerFrame: ms / clip.count };
  console.log(
    `${howMany} objects: ${cost.encodesPerFrame.toFixed(2)} encodes and ${cost.msPerFrame.toFixed(0)} ms a frame`,
  );
  rows.push({ ...cost, fates });
}
const file = options.get('json');
if (file !== undefined) writeFileSync(file, JSON.stringify({ options: { fps, input }, rows }));
