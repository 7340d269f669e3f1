import type { StoredRecording } from '../shared/recording.js';
import { numberedName } from './file-name.js';

/**
 * Recordings in the private storage of this site (OPFS), folder `recordings/`. They stay until the person has saved them and the next
 * recording starts, or until they are forgotten; so a crash, a closed tab or a full disk loses nothing that reached the disk.
 * A recording that is being written holds a Web Lock of its name, which the browser lets go of even after a crash.
 */
const FOLDER = 'recordings';
/** An empty file beside a recording says that the person has a copy. */
const SAVED_MARK = '.saved';

const lockNameOf = (fileName: string) => `liveroto/recordings/${fileName}`;

/** The folder, or null where there is no private storage (no secure context, or a private window of some browsers). */
async function openFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    // The caller falls back to memory and says so.
    return null;
  }
}

export type NewRecording = {
  readonly handle: FileSystemFileHandle;
  /** `release` says that the file is complete. */
  readonly release: () => void;
  readonly remove: () => Promise<void>;
};

/** A new file of this name, or the next free `name-2`, `name-3`, held until released. Null where there is no private storage. */
export async function createStoredRecording(fileName: string): Promise<NewRecording | null> {
  const folder = await openFolder();
  if (folder === null) return null;
  const taken = new Set<string>();
  for await (const name of folder.keys()) taken.add(name);
  for (let number = 1; ; number++) {
    const name = numberedName(fileName, number);
    if (taken.has(name)) continue;
    const release = await tryLock(name);
    if (release === null) continue;
    const handle = await folder.getFileHandle(name, { create: true });
    return { handle, release, remove: () => removeRecording(folder, name) };
  }
}

/** Every recording that is not being written at the moment, newest first. */
export async function listRecordings(): Promise<readonly StoredRecording[]> {
  const folder = await openFolder();
  if (folder === null) return [];
  const busy = await busyLocks();
  const handles = new Map<string, FileSystemHandle>();
  for await (const [name, handle] of folder.entries()) handles.set(name, handle);
  const found: StoredRecording[] = [];
  for (const [fileName, handle] of handles) {
    if (!(handle instanceof FileSystemFileHandle) || fileName.endsWith(SAVED_MARK)) continue;
    if (busy.has(lockNameOf(fileName))) continue;
    const file = await handle.getFile();
    const saved = handles.has(fileName + SAVED_MARK);
    found.push({ fileName, bytes: file.size, modifiedMs: file.lastModified, saved });
  }
  return found.sort((a, b) => b.modifiedMs - a.modifiedMs);
}

/** The file, backed by disk; null when there is none of that name. */
export async function openRecording(fileName: string): Promise<File | null> {
  const folder = await openFolder();
  const handle = await folder?.getFileHandle(fileName).catch(() => null);
  return (await handle?.getFile()) ?? null;
}

/** The person has a copy now: the stored one goes when the next recording starts. Does nothing when there is none of that name. */
export async function markRecordingSaved(fileName: string): Promise<void> {
  const folder = await openFolder();
  if (folder === null || (await openRecording(fileName)) === null) return;
  await folder.getFileHandle(fileName + SAVED_MARK, { create: true });
}

/** Removes all recordings that are not being written, or only those of these names. */
export async function forgetRecordings(fileNames: readonly string[] | null = null): Promise<void> {
  const folder = await openFolder();
  if (folder === null) return;
  const all = (await listRecordings()).map((recording) => recording.fileName);
  for (const name of all) if (fileNames === null || fileNames.includes(name)) await removeRecording(folder, name);
}

/** Removes the recordings of which the person has a copy. What cannot be removed now (another tab reads it) is tried again next time. */
export async function forgetSavedRecordings(): Promise<void> {
  const saved = (await listRecordings()).filter((recording) => recording.saved);
  await forgetRecordings(saved.map((recording) => recording.fileName)).catch(() => undefined);
}

async function removeRecording(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (const each of [name + SAVED_MARK, name]) {
    await folder.removeEntry(each).catch((error: unknown) => {
      const gone = error instanceof DOMException && error.name === 'NotFoundError';
      if (!gone) throw error;
    });
  }
}

async function busyLocks(): Promise<ReadonlySet<string>> {
  const { held } = await navigator.locks.query();
  return new Set((held ?? []).flatMap((lock) => (lock.name === undefined ? [] : [lock.name])));
}

/** Takes the lock of a name; null when somebody else has it. */
function tryLock(fileName: string): Promise<(() => void) | null> {
  return new Promise((settle, reject) => {
    navigator.locks
      .request(lockNameOf(fileName), { ifAvailable: true }, (lock) => {
        if (lock === null) return settle(null);
        return new Promise<void>((release) => settle(release));
      })
      .catch(reject);
  });
}
