// @ts-check
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ readonly name: string, readonly frames: readonly string[], readonly truths: readonly string[] }} Sequence file names, relative to the
 * folder of all sequences
 */

/** What is wrong with a folder of sequences, and how to mend it. */
export class FolderProblem extends Error {
  /** @param {string} what @param {string} mend */
  constructor(what, mend) {
    super(what);
    this.mend = mend;
  }
}

const LAYOUT =
  'Lay it out as <sequence>/<frame>.jpg with the truth beside it as <sequence>/<frame>.png, all of one size.';

/**
 * The sequences of a folder of `<sequence>/<frame>.jpg` + `.png`.
 * @param {string} root
 * @param {readonly string[] | null} wanted names; null: all
 * @param {number} most frames of each
 * @returns {Sequence[]}
 * @throws {FolderProblem}
 */
export function readSequences(root, wanted, most) {
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new FolderProblem(`There is no folder ${root}.`, 'Name a folder of sequences with --root.');
  const all = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && jpegsIn(join(root, entry.name)).length > 0)
    .map(({ name }) => name)
    .sort();
  if (all.length === 0) throw new FolderProblem(`${root} has no folder with JPEG pictures.`, LAYOUT);
  const missing = wanted?.find((name) => !all.includes(name));
  if (missing !== undefined)
    throw new FolderProblem(`${root} has no sequence ${missing}.`, `It has: ${all.join(', ')}.`);
  return (wanted ?? all).map((name) => readSequence(root, name, most));
}

/** @param {string} folder */
const jpegsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => /\.jpe?g$/i.test(file))
    .sort();

/** @param {string} root @param {string} name @param {number} most @returns {Sequence} */
function readSequence(root, name, most) {
  const pictures = jpegsIn(join(root, name)).slice(0, most);
  if (pictures.length < 3)
    throw new FolderProblem(
      `${name} has ${pictures.length} frames.`,
      'The first and the last are never judged, so three are the least.',
    );
  const frames = pictures.map((file) => `${name}/${file}`);
  const truths = frames.map((file) => file.replace(/\.jpe?g$/i, '.png'));
  const absent = truths.find((file) => !existsSync(join(root, file)));
  if (absent !== undefined) throw new FolderProblem(`The truth ${join(root, absent)} is missing.`, LAYOUT);
  const first = sizeOf(join(root, frames[0] ?? ''));
  const other = [...frames, ...truths].find((file) => sizeOf(join(root, file)) !== first);
  if (other !== undefined)
    throw new FolderProblem(
      `${join(root, other)} has ${sizeOf(join(root, other))} pixels, the first frame ${first}.`,
      'Bring every frame and truth of a sequence to one size (the truth without smoothing).',
    );
  return { name, frames, truths };
}

/** Size of a PNG or JPEG file as `<width>x<height>`, from its header. @param {string} path */
function sizeOf(path) {
  const file = readFileSync(path);
  const size = file.readUInt32BE(0) === 0x89504e47 ? [file.readUInt32BE(16), file.readUInt32BE(20)] : jpegSize(file);
  if (size === null) throw new FolderProblem(`${path} is neither a PNG nor a JPEG file.`, LAYOUT);
  return size.join('x');
}

/** @param {Buffer} file */
function jpegSize(file) {
  if (file.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < file.length; at += 2 + file.readUInt16BE(at + 2)) {
    const marker = file[at + 1] ?? 0;
    // A start of frame; three codes of its range mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [file.readUInt16BE(at + 7), file.readUInt16BE(at + 5)];
  }
  return null;
}
