// @ts-check
/**
 * `node bench/tables.mjs a.json b.json ... [--plot file.svg]`: the tables of docs/benchmarks.md from what `bench:track --json` wrote, and a plot
 * of J&F by sequence.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { COLOURS, escaped, percent } from './track-report.mjs';

/**
 * @typedef {import('./track-result.ts').TrackResult & { readonly options: {
 *   readonly init: string, readonly mode: string, readonly policy: string, readonly delay: number | 'auto', readonly input: number | 'auto' } }} Run
 */

const { values, positionals: files } = parseArgs({ allowPositionals: true, options: { plot: { type: 'string' } } });
if (files.length === 0) {
  console.error('Use: node bench/tables.mjs a.json b.json ... [--plot file.svg]');
  process.exit(1);
}
const runs = files.map((file) => /** @type {Run} */ (JSON.parse(readFileSync(file, 'utf8'))));
const names = runs[0]?.perSequence.map(({ name }) => name) ?? [];

console.log(
  table(
    ['run', 'J', 'F', 'J&F', 'of lockstep', 'flicker', 'shown/s', 'keyframes/s', 'mask age ms', 'delay ms', 'dropped'],
    runs.map((run) => {
      const { init, input } = run.options;
      const exact = runs.find(
        ({ options }) => options.mode === 'lockstep' && options.init === init && options.input === input,
      );
      return [
        titleOf(run),
        ...[run.J, run.F, run.JF].map(digits),
        exact === undefined ? '' : (run.JF / exact.JF).toFixed(2),
        run.flicker?.toFixed(2) ?? '',
        run.shownFps.toFixed(1),
        run.keyframesPerSecond.toFixed(1),
        run.maskAgeMs.toFixed(0),
        run.delayMs.toFixed(0),
        percent(run.dropped / run.frames),
      ];
    }),
  ),
);
console.log(
  table(
    ['J / F', ...runs.map(titleOf)],
    names.map((name) => [
      name,
      ...runs.map((run) => ofSequence(run, name, ({ J, F }) => `${digits(J)} / ${digits(F)}`)),
    ]),
  ),
);
if (values.plot !== undefined) writeFileSync(values.plot, plot());

/** @param {number} share */
function digits(share) {
  return share.toFixed(3).replace(/^0/, '');
}

/** @param {Run} run */
function titleOf({ options: { init, mode, policy, delay, input } }) {
  const size = input === 'auto' ? '' : `, ${input} px`;
  if (mode === 'lockstep') return `lockstep, ${init}${size}`;
  return `live, ${init}, ${policy}${policy === 'carry' ? `, delay ${delay}` : ''}${size}`;
}

/**
 * @template T
 * @param {Run} run
 * @param {string} name
 * @param {(sequence: import('./track-result.ts').SequenceResult) => T} read
 */
function ofSequence({ perSequence }, name, read) {
  const found = perSequence.find((sequence) => sequence.name === name);
  return found === undefined ? '' : read(found);
}

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows */
function table(head, rows) {
  const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** A row of dots for each sequence, one for each run. */
function plot() {
  const [left, width, step] = [150, 480, 18];
  const top = 16 + 16 * runs.length;
  const height = top + step * names.length + 24;
  const x = (/** @type {number} */ share) => left + share * width;
  const legend = runs.map(
    (run, i) =>
      `<circle cx="${left}" cy="${12 + 16 * i}" r="4" fill="${COLOURS[i % COLOURS.length]}"/><text x="${left + 10}" y="${16 + 16 * i}">${escaped(titleOf(run))}: J&amp;F ${digits(run.JF)}</text>`,
  );
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${height - 22}" stroke="#dee2e6"/><text x="${x(share)}" y="${height - 8}" text-anchor="middle">${share}</text>`,
  );
  const rows = names.map((name, i) => {
    const y = top + step * (i + 0.5);
    const dots = runs.map((run, n) =>
      ofSequence(
        run,
        name,
        ({ JF }) =>
          `<circle cx="${x(JF).toFixed(1)}" cy="${y}" r="4" fill="${COLOURS[n % COLOURS.length]}" fill-opacity="0.8"/>`,
      ),
    );
    return `<text x="${left - 8}" y="${y + 4}" text-anchor="end">${escaped(name)}</text>${dots.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${height}" width="${left + width + 20}" height="${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${[...legend, ...grid, ...rows].join('\n')}
</svg>
`;
}
