// @ts-check
/** What `bench:track` shows of its figures: lines of a table, a plot of each sequence, and one page with all of it. */

/** @typedef {import('./track-result.ts').Figures} Figures */
/** @typedef {import('./track-result.ts').SequenceResult} SequenceResult */

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 36;
const RIGHT = 44;
const TOP = 22;
const BOTTOM = 34;
/** As on the contact sheets. */
export const COLOURS = ['#00a843', '#d6409f', '#1c7ed6', '#c98a00', '#7c4dde', '#009c9c'];
/** @type {Readonly<Record<string, string>>} */
const STATES = { tracking: '#9be2b4', found: '#2f9e44', unsure: '#ffd43b', lost: '#ff8787', pending: '#ced4da' };

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(0)} %`;

const COLUMNS = /** @type {const} */ ([
  ['J', 7],
  ['F', 7],
  ['J&F', 7],
  ['flicker', 9],
  ['shown/s', 9],
  ['keyframes/s', 13],
  ['age ms', 8],
  ['delay ms', 10],
  ['dropped', 9],
]);

export const HEAD = `${'sequence'.padEnd(20)}${COLUMNS.map(([name, width]) => name.padStart(width)).join('')}`;

/** @param {Figures} figures in the order of COLUMNS */
const cellsOf = ({ J, F, JF, flicker, shownFps, keyframesPerSecond, maskAgeMs, delayMs, dropped }) => [
  J.toFixed(3),
  F.toFixed(3),
  JF.toFixed(3),
  flicker?.toFixed(2) ?? '-',
  shownFps.toFixed(1),
  keyframesPerSecond.toFixed(1),
  maskAgeMs.toFixed(0),
  delayMs.toFixed(0),
  String(dropped),
];

/** @param {string} name @param {Figures} figures */
export const lineOf = (name, figures) =>
  `${name.padEnd(20)}${cellsOf(figures)
    .map((cell, i) => cell.padStart(COLUMNS[i]?.[1] ?? 0))
    .join('')}`;

/**
 * J of each object over time, the age of its mask (grey, right scale), its state (band below) and the frames that were never shown (ticks on top).
 * @param {SequenceResult} sequence
 */
export function plotOf({ name, frames, objects, J, F }) {
  const ages = objects.flatMap(({ shown }) => shown.map(({ ageMs }) => ageMs));
  const oldest = Math.max(100, ...ages);
  /** @param {number} frame */
  const x = (frame) => LEFT + (frame * (WIDTH - LEFT - RIGHT)) / Math.max(1, frames - 1);
  /** @param {number} share */
  const y = (share) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  /** @param {readonly (readonly [number, number])[]} points */
  const path = (points) => points.map(([u, v]) => `${u.toFixed(1)},${v.toFixed(1)}`).join(' ');
  const step = x(1) - x(0);
  const scale = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}" stroke="#dee2e6"/>` +
      `<text x="${LEFT - 6}" y="${y(share) + 4}" text-anchor="end">${share}</text>` +
      `<text x="${WIDTH - RIGHT + 6}" y="${y(share) + 4}">${(share * oldest).toFixed(0)} ms</text>`,
  );
  const lines = objects.map(({ shown }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const band = HEIGHT - BOTTOM + 6 + (i * 12) / objects.length;
    const states = shown.map(
      ({ frame, state }) =>
        `<rect x="${(x(frame) - step / 2).toFixed(1)}" y="${band.toFixed(1)}" width="${step.toFixed(1)}" height="${(12 / objects.length).toFixed(1)}" fill="${STATES[state ?? 'pending']}"/>`,
    );
    return (
      `<polyline points="${path(shown.map(({ frame, ageMs }) => [x(frame), y(ageMs / oldest)]))}" fill="none" stroke="#adb5bd"/>` +
      `<polyline points="${path(shown.map(({ frame, J: j }) => [x(frame), y(j)]))}" fill="none" stroke="${colour}" stroke-width="2"/>${states.join('')}`
    );
  });
  const shown = new Set(objects[0]?.shown.map(({ frame }) => frame));
  const dropped = Array.from({ length: frames }, (_, frame) => frame).filter((frame) => !shown.has(frame));
  const ticks = dropped.map(
    (frame) => `<rect x="${x(frame).toFixed(1)}" y="${TOP - 5}" width="1.5" height="4" fill="#e03131"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="13" font-weight="bold">${escaped(name)}: J ${J.toFixed(3)}, F ${F.toFixed(3)}</text>
${[...scale, ...lines, ...ticks].join('\n')}
<text x="${LEFT}" y="${HEIGHT - 4}">frame 0</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end">${frames - 1}</text>
</svg>
`;
}

/**
 * @param {import('./track-result.ts').TrackResult} result
 * @param {object} options
 */
export function overviewPage(result, options) {
  /** @param {string} tag @param {readonly string[]} cells */
  const row = (tag, cells) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const rows = [
    row('th', ['sequence', ...COLUMNS.map(([name]) => name)]),
    ...result.perSequence.map((sequence) => row('td', [sequence.name, ...cellsOf(sequence)])),
    row('th', ['mean', ...cellsOf(result)]),
  ];
  const states = Object.entries(STATES).map(([name, colour]) => `<span style="background:${colour}">${name}</span>`);
  const sections = result.perSequence.map(({ name, JF }) => {
    const file = encodeURIComponent(name);
    return `<h2>${escaped(name)} <small>J&amp;F ${JF.toFixed(3)}</small></h2><img src="${file}.svg" alt="J over time"><br><img src="${file}.png" alt="A dozen frames">`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Followed sequences</title>
<style>body{font:14px sans-serif;margin:24px}td,th{padding:2px 10px;text-align:right}td:first-child,th:first-child{text-align:left}img{max-width:100%}span{padding:1px 8px}</style></head>
<body><h1>Followed sequences</h1><p>${escaped(JSON.stringify(options))}</p>
<table>${rows.join('\n')}</table>
<p>Plots: J in the object's colour, age of the mask in grey (scale on the right), red ticks for frames that were never shown; states: ${states.join(' ')}.
Sheets: the mask in the object's colour, the truth's edge in white.</p>
${sections.join('\n')}
</body></html>
`;
}

/** @param {string} text */
export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
