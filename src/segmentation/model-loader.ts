import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import { ModelFiles, RELOAD, request, type LoadProgress } from './model-files.js';
import { parseManifest, type ModelFile, type ModelManifest } from './model-manifest.js';

export type { LoadProgress } from './model-files.js';

/**
 * Reads the list of models. Fails with `model-missing` or `model-altered`.
 * @param manifestUrl absolute URL of manifest.json
 * @throws the signal's reason when aborted
 */
export async function loadManifest(signal: AbortSignal, manifestUrl: string): Promise<Result<ModelManifest>> {
  const response = await request(signal, manifestUrl);
  if (!response.ok) return response;
  try {
    return ok(parseManifest(await response.value.text()));
  } catch (error) {
    signal.throwIfAborted();
    return fail('model-altered', `${manifestUrl} cannot be read: ${messageOf(error)}.`, RELOAD);
  }
}

/**
 * Loads the files of one model: from this machine if they were loaded before, else over the network; checked either way against the size and
 * SHA-256 in the manifest. Fails with `model-missing`, `model-altered`, or `insecure-page`.
 * @param manifestUrl absolute URL of manifest.json; file names are relative to it
 * @param files by role, as in the manifest
 * @throws the signal's reason when aborted
 */
export async function loadFiles<Role extends string>(
  signal: AbortSignal,
  manifestUrl: string,
  files: Readonly<Record<Role, ModelFile>>,
  onProgress: (progress: LoadProgress) => void,
): Promise<Result<Readonly<Record<Role, ArrayBuffer>>>> {
  const isRole = (key: string): key is Role => key in files;
  const roles = Object.keys(files).filter(isRole);
  const isComplete = (some: Partial<Record<Role, ArrayBuffer>>): some is Record<Role, ArrayBuffer> =>
    roles.every((role) => role in some);

  const source = new ModelFiles(manifestUrl, Object.values<ModelFile>(files), onProgress);
  const loaded: Partial<Record<Role, ArrayBuffer>> = {};
  for (const role of roles) {
    const file = await source.load(signal, files[role]);
    if (!file.ok) return file;
    loaded[role] = file.value;
  }
  if (!isComplete(loaded)) throw new Error('a model file was left out');
  return ok(loaded);
}
