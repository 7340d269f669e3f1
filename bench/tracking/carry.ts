/** How well perfect masks of age 1, 2, 3, 5, 8 frames are carried, and what the flow costs. See run.mjs. */
import { writeFileSync } from 'node:fs';
import { clampBox } from '../../src/shared/geometry.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import { carryMask } from '../../src/tracking/carry.js';
import { maskShape, resampleMask } from '../../src/tracking/mask-geometry.js';
import { emptyMotion, FLOW_BUDGET, flowTo, observeLuma, type FlowField } from '../../src/tracking/motion.js';
import { costOfFour } from './cost.js';
import { lumaOf, loadSequence, sequenceNames, timeOf, type Clip } from './frames.js';
import { mean, percentile, readOptions } from './options.js';
import { gridOf, rasterise } from '../measures/grid.js';
import { jaccard } from '../measures/region.js';

const AGES = [1, 2, 3, 5, 8];
const options = readOptions();
const root = options.get('root') ?? '../shared/data/davis2016-val-360p';
const step = Number(options.get('step') ?? 3);
const budget = Number(options.get('budget') ?? FLOW_BUDGET);
const long = Number(options.get('luma') ?? 320);
/** `frame`: the truth at frame resolution, as in the design's table; `grid`: as the model would give it (64 cells over 2.2 boxes). */
const gridded = options.get('mask') === 'grid';

const flowMs: number[] = [];
const carryMs: number[] = [];
const timed = <T>(into: number[], work: () => T): T => {
  const started = process.cpuUsage();
  const done = work();
  const { user, system } = process.cpuUsage(started);
  into.push((user + system) / 1000);
  return done;
};

function maskAt(clip: Clip, index: number, asGrid = gridded): MaskGrid | null {
  const truth = index < 0 ? null : clip.truth(index);
  if (truth === null) return null;
  const grid = gridOf(truth, clip.size, timeOf(clip, index));
  const box = maskShape(grid)?.box;
  if (!asGrid || box === undefined) return grid;
  const side = 2.2 * Math.max(box.x1 - box.x0, box.y1 - box.y0);
  const viewport = { x: (box.x0 + box.x1 - side) / 2, y: (box.y0 + box.y1 - side) / 2, width: side, height: side };
  return resampleMask(grid, { width: 64, height: 64, viewport });
}

function measure(clip: Clip): { carried: number[][]; stale: number[][] } {
  const carried: number[][] = AGES.map(() => []);
  const stale: number[][] = AGES.map(() => []);
  for (let from = 0; from + 1 < clip.count; from += step) {
    const mask = maskAt(clip, from);
    const box = mask === null ? undefined : maskShape(mask)?.box;
    if (mask === null || box === undefined) continue;
    let history = observeLuma(emptyMotion, lumaOf(clip.rgba(from), clip.size, mask.timestampUs, long));
    let flow: FlowField | null = null;
    for (let age = 1; age <= 8 && from + age < clip.count; age++) {
      const at = from + age;
      history = observeLuma(history, lumaOf(clip.rgba(at), clip.size, timeOf(clip, at), long));
      const before: FlowField | null = flow;
      flow = timed(flowMs, () =>
        flowTo(history, mask.timestampUs, [clampBox(box, clip.size)], { previous: before, budget }),
      );
      const column = AGES.indexOf(age);
      if (column < 0) continue;
      const truth = clip.truth(at)!;
      stale[column]!.push(jaccard(rasterise(mask, clip.size), truth));
      const field: FlowField | null = flow;
      const moved = field === null ? null : timed(carryMs, () => carryMask(mask, field));
      carried[column]!.push(jaccard(rasterise(moved, clip.size), truth));
    }
  }
  return { carried, stale };
}

const four: { together: number[]; apart: number[] } = { together: [], apart: [] };
const rows = sequenceNames(root, options.get('seqs')).map((name) => {
  const clip = loadSequence(root, name);
  const { carried, stale } = measure(clip);
  const row = { name, carried: carried.map(mean), stale: stale.map(mean) };
  const cost = costOfFour(clip, (index) => maskAt(clip, index, true));
  four.together.push(...cost.together);
  four.apart.push(...cost.apart);
  console.log(
    name.padEnd(22),
    row.carried.map((j) => j.toFixed(3)).join(' '),
    '  stale',
    row.stale.map((j) => j.toFixed(3)).join(' '),
  );
  return row;
});
const column = (pick: 'carried' | 'stale'): string =>
  AGES.map((_, i) => mean(rows.map((row) => row[pick][i]!)).toFixed(3)).join(' ');
console.log('age (frames)'.padEnd(22), AGES.map((age) => String(age).padEnd(5)).join(' '));
console.log('carried'.padEnd(22), column('carried'));
console.log('stale'.padEnd(22), column('stale'));
const costs = (values: number[]): { p50: number; p95: number } => ({
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
});
const ms = (values: number[]): string => {
  const { p50, p95 } = costs(values);
  return `p50 ${p50.toFixed(2)} p95 ${p95.toFixed(2)} ms`;
};
console.log('one object: flow', ms(flowMs), ' carry', ms(carryMs));
console.log('a frame with four objects, all of one keyframe:', ms(four.together), ' each of its own:', ms(four.apart));
const file = options.get('json');
if (file !== undefined)
  writeFileSync(
    file,
    JSON.stringify(
      {
        ages: AGES,
        carried: AGES.map((_, i) => mean(rows.map((row) => row.carried[i]!))),
        stale: AGES.map((_, i) => mean(rows.map((row) => row.stale[i]!))),
        flowMs: costs(flowMs),
        carryMs: costs(carryMs),
        fourTogetherMs: costs(four.together),
        fourApartMs: costs(four.apart),
        rows,
      },
      null,
      1,
    ),
  );
