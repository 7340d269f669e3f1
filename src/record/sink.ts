import { BufferTarget, StreamTarget, type StreamTargetChunk, type Target } from 'mediabunny';
import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import { type DiskWriter, openDiskWriter } from './disk-writer.js';
import { createStoredRecording } from './stored-recordings.js';

/** Where a recording goes while it is made. */
export type Sink = {
  readonly place: 'chosen-file' | 'private-disk' | 'memory';
  /** May differ from the one asked for when that was taken. */
  readonly fileName: string;
  /** What mediabunny writes to. */
  readonly target: Target;
  /** Length of the file so far. */
  readonly bytes: () => number;
  /** After the output is complete, or has failed. Null for a file that the person chose. */
  readonly finish: () => Promise<File | null>;
  /** Nothing worth keeping was written. */
  readonly discard: () => Promise<void>;
};

/** Small enough that a crash costs a second or two, large enough to spare the disk. */
const CHUNK_BYTES = 1 << 20;

/**
 * @param saveTo the file the person chose; null = private storage, or memory where there is none.
 * @param onWriteFailed the disk did not take the data (once). Later writes are left out, except into what is already written, so that
 * the file can still be completed.
 */
export async function openSink(
  saveTo: FileSystemFileHandle | null,
  fileName: string,
  mimeType: string,
  onWriteFailed: (error: unknown) => void,
): Promise<Result<Sink>> {
  try {
    if (saveTo !== null) return ok(await openChosenFile(saveTo, onWriteFailed));
    return ok((await openPrivateFile(fileName, onWriteFailed)) ?? openMemory(fileName, mimeType));
  } catch (error) {
    return fail(
      'recording-failed',
      `The file for the recording could not be opened (${messageOf(error)}).`,
      'Choose another place to save to, or record without choosing one.',
    );
  }
}

async function openChosenFile(handle: FileSystemFileHandle, onWriteFailed: (error: unknown) => void): Promise<Sink> {
  const disk = await openDiskWriter(handle, false);
  return {
    place: 'chosen-file',
    fileName: handle.name,
    ...diskTarget(disk, onWriteFailed),
    finish: async () => {
      await disk.close();
      return null;
    },
    discard: () => disk.abort(),
  };
}

async function openPrivateFile(fileName: string, onWriteFailed: (error: unknown) => void): Promise<Sink | null> {
  const recording = await createStoredRecording(fileName);
  if (recording === null) return null;
  const { handle, release, remove } = recording;
  const disk = await openDiskWriter(handle, true).catch(() => null);
  if (disk === null) {
    // Some private windows have the folder and let nothing be written into it; memory is left.
    await remove().finally(release);
    return null;
  }
  return {
    place: 'private-disk',
    fileName: handle.name,
    ...diskTarget(disk, onWriteFailed),
    finish: async () => {
      try {
        await disk.close();
        return await handle.getFile();
      } finally {
        release();
      }
    },
    discard: async () => {
      try {
        await disk.abort();
        await remove();
      } finally {
        release();
      }
    },
  };
}

function openMemory(fileName: string, mimeType: string): Sink {
  const target = new BufferTarget();
  return {
    place: 'memory',
    fileName,
    target,
    bytes: bytesOf(target),
    finish: () =>
      Promise.resolve(target.buffer === null ? null : new File([target.buffer], fileName, { type: mimeType })),
    discard: () => Promise.resolve(),
  };
}

/** The stream between mediabunny and the disk never fails and never closes the file: both are decided by the recorder. */
function diskTarget(disk: DiskWriter, onWriteFailed: (error: unknown) => void): Pick<Sink, 'target' | 'bytes'> {
  let failed = false;
  let endOfFile = 0;
  const write = async ({ data, position }: StreamTargetChunk): Promise<void> => {
    const end = position + data.byteLength;
    if (failed && end > endOfFile) return;
    try {
      await disk.write(data, position);
      endOfFile = Math.max(endOfFile, end);
    } catch (error) {
      if (!failed) onWriteFailed(error);
      failed = true;
    }
  };
  const target = new StreamTarget(new WritableStream({ write }), { chunked: true, chunkSize: CHUNK_BYTES });
  const offered = bytesOf(target);
  return { target, bytes: () => (failed ? endOfFile : offered()) };
}

function bytesOf(target: Target): () => number {
  let end = 0;
  target.on('write', (range) => {
    end = Math.max(end, range.end);
  });
  return () => end;
}
