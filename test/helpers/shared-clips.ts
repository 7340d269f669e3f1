import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Why a test that needs real clips is skipped, or null when they are there. They lie beside the project and are never part of it. */
export const missingClips = (name: string): string | null =>
  existsSync(clipFolder(name)) ? null : `the clip ${name} is not there (../shared/data/davis2016-val-360p)`;

const clipFolder = (name: string): string => join(ROOT, '../shared/data/davis2016-val-360p', name);

const pictures = (name: string, ending: string): string[] =>
  readdirSync(clipFolder(name))
    .filter((file) => file.endsWith(ending))
    .sort();

/** File names of one clip: photos and, at the same index, their truth (white is the object). */
export const clipFiles = (name: string): { readonly frames: string[]; readonly truths: string[] } => ({
  frames: pictures(name, '.jpg'),
  truths: pictures(name, '.png'),
});

export const clipFile = (name: string, file: string): string => join(clipFolder(name), file);

/** The clip as one Motion JPEG stream, which Chrome's fake camera plays at 30 frames a second. */
export const clipAsMjpeg = (name: string): Uint8Array =>
  Buffer.concat(clipFiles(name).frames.map((file) => readFileSync(clipFile(name, file))));
