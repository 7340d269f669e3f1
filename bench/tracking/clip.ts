/** Follows one tap through a video without truth and writes a contact sheet. See run.mjs: `clip --video f --tap x,y [--at s] [--seconds n] --sheet f.png [--most 24]`. */
import { newTrack } from '../../src/tracking/tracker.js';
import { loadVideo, timeOf } from './frames.js';
import { loadModel, Lockstep } from './lockstep.js';
import { readOptions } from './options.js';
import { writeSheet } from './sheet.js';
import { rasterise } from '../measures/grid.js';

const options = readOptions();
const fps = Number(options.get('fps') ?? 15);
const clip = loadVideo(options.get('video') ?? '', Number(options.get('side') ?? 640), fps);
/** Taps as shares of the frame's sides, `x,y` or several `x,y;x,y`. */
const taps = (options.get('tap') ?? '0.5,0.5').split(';').map((pair) => pair.split(',').map(Number));
const first = Math.round(Number(options.get('at') ?? 0) * fps);
const last = Math.min(clip.count, first + Math.round(Number(options.get('seconds') ?? 60) * fps));
const model = await loadModel(options.get('model'));
const tracks = taps.map(([x, y], n) =>
  newTrack(
    n + 1,
    'prompted',
    { kind: 'point', point: { x: (x ?? 0) * clip.size.width, y: (y ?? 0) * clip.size.height, inside: true } },
    timeOf(clip, first),
  ),
);
const run = new Lockstep(clip, model, Number(options.get('input') ?? 256), tracks);
const [masks, states, scores]: [Uint8Array[], string[], number[]] = [[], [], []];
for (let i = first; i < last; i++) {
  await run.step(i);
  const all = run.tracks.map(({ state, mask }) =>
    state !== 'lost' && mask?.timestampUs === timeOf(clip, i) ? rasterise(mask, clip.size) : null,
  );
  masks.push(
    new Uint8Array(clip.size.width * clip.size.height).map((_, p) => all.findIndex((mask) => mask?.[p] === 1) + 1),
  );
  states.push(run.tracks[0]!.state);
  scores.push(run.tracks[0]!.score);
}
const changes = states.flatMap((state, i) =>
  i === 0 || states[i - 1] !== state ? [`${((first + i) / fps).toFixed(2)}s ${state}`] : [],
);
console.log(changes.join(', '));
const [sheet, most] = [options.get('sheet'), options.get('most')];
if (sheet !== undefined)
  writeSheet(
    sheet,
    { ...clip, rgba: (i) => clip.rgba(first + i) },
    masks,
    states,
    scores,
    most === undefined ? undefined : Number(most),
  );
