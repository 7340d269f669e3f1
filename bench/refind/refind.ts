/**
 * `npm run bench:refind -- [--out .cache/refind] [--seed 1] [--init mask|tap] [--input 192] [--seqs a,b] [--sheets dir] [--json f]`:
 * draws the re-find set, follows its targets in lockstep and tells how they were found again.
 */
import { writeFileSync } from 'node:fs';
import { newTrack, type Track } from '../../src/tracking/tracker.js';
import { newTrackFromMask } from '../../src/tracking/track.js';
import { maskShape } from '../../src/tracking/mask-geometry.js';
import type { Segmenter } from '../../src/segmentation/segmenter.js';
import { gridOf, rasterise } from '../measures/grid.js';
import { recovery, totalRecovery, type Recovery, type RecoveryFrame } from '../measures/recovery.js';
import { jaccard } from '../measures/region.js';
import { areaOf } from '../measures/truth.js';
import { loadSequence, sequenceNames, timeOf, type Clip } from '../tracking/frames.js';
import { appearanceOn, loadModel, Lockstep } from '../tracking/lockstep.js';
import { mean, readOptions } from '../tracking/options.js';
import { writeSheet } from '../tracking/sheet.js';
import { generate } from './generate.js';
import { refindSequences } from './sequences.js';

const options = readOptions();
const seed = Number(options.get('seed') ?? 1);
const out = options.get('out') ?? '.cache/refind';
const init = options.get('init') ?? 'mask';
const input = Number(options.get('input') ?? 192);

async function firstTrack(clip: Clip, model: Segmenter): Promise<Track> {
  const mask = gridOf(clip.truth(0)!, clip.size, timeOf(clip, 0));
  const { box, deepest } = maskShape(mask)!;
  if (init === 'tap') return newTrack(1, 'prompted', { kind: 'point', point: { ...deepest, inside: true } }, 0);
  return newTrackFromMask(1, mask, await appearanceOn(model, clip, 0, box, input));
}

type Followed = { readonly frames: RecoveryFrame[]; readonly masks: Uint8Array[]; readonly scores: number[] };

async function follow(clip: Clip, model: Segmenter): Promise<Followed> {
  const run = new Lockstep(clip, model, input, [await firstTrack(clip, model)]);
  const usual = areaOf(clip.truth(0)!);
  const [frames, masks, scores]: [RecoveryFrame[], Uint8Array[], number[]] = [[], [], []];
  for (let i = 0; i < clip.count; i++) {
    await run.step(i);
    const track = run.tracks[0]!;
    const shown = track.state !== 'lost' && track.mask?.timestampUs === timeOf(clip, i);
    const mask = rasterise(shown ? track.mask : null, clip.size);
    const truth = clip.truth(i)!;
    const share = areaOf(truth) / usual;
    const iou = share === 0 ? 0 : jaccard(mask, truth);
    frames.push({ timeS: i / clip.fps, state: track.state, iou, truthShare: share });
    masks.push(mask);
    scores.push(track.score);
  }
  return { frames, masks, scores };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`.padStart(5);

function line(name: string, { counts, foundWithin1s, wrong, unsureShare }: Recovery, J: number): string {
  return [
    name.padEnd(18),
    `J ${J.toFixed(3)}`,
    `came back ${counts.reappearances}`,
    `found in 1 s ${percent(foundWithin1s)}`,
    `right ${counts.rightFinds} wrong ${counts.wrongFinds} ${percent(wrong)}`,
    `unsure ${percent(unsureShare)}`,
  ].join('  ');
}

const sequences = refindSequences(seed);
generate(sequences, out);
const model = await loadModel(options.get('model'));
const rows: { name: string; J: number; recovery: Recovery; frames: RecoveryFrame[] }[] = [];
for (const name of sequenceNames(out, options.get('seqs') ?? sequences.map((sequence) => sequence.name).join(','))) {
  const clip = loadSequence(out, name);
  const { frames, masks, scores } = await follow(clip, model);
  const J = mean(
    frames.slice(1).map(({ iou, truthShare, state }) => (truthShare > 0 ? iou : Number(state === 'lost'))),
  );
  const row = { name, J, recovery: recovery(frames), frames };
  rows.push(row);
  console.log(line(name, row.recovery, J));
  const sheets = options.get('sheets');
  if (sheets !== undefined) {
    const states = frames.map(({ state }) => state ?? 'lost');
    writeSheet(`${sheets}/${name}.png`, clip, masks, states, scores);
  }
}
const total = totalRecovery(rows.map((row) => row.recovery));
console.log(line('all', total, mean(rows.map(({ J }) => J))));
const file = options.get('json');
if (file !== undefined) writeFileSync(file, JSON.stringify({ options: { seed, init, input }, recovery: total, rows }));
