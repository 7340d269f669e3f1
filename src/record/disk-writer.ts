/** Random access to one file. Calls are made one after the other. */
export type DiskWriter = {
  /** Rejects when the disk is full or gone. */
  write(data: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  /** Everything written is in the file afterwards. */
  close(): Promise<void>;
  /** Gives up; the file keeps what it had before, or a part of what was written. */
  abort(): Promise<void>;
};

/**
 * Opens a file for writing. In a worker, private storage gives a synchronous handle that writes in place: fast, and what was written is
 * there after a crash or when the disk is full. Everywhere else `createWritable` writes to a hidden copy that becomes the file on close.
 */
export async function openDiskWriter(handle: FileSystemFileHandle, inPlace: boolean): Promise<DiskWriter> {
  if (inPlace && 'createSyncAccessHandle' in handle) return syncWriter(await handle.createSyncAccessHandle());
  return streamWriter(await handle.createWritable());
}

function syncWriter(access: FileSystemSyncAccessHandle): DiskWriter {
  access.truncate(0);
  const close = (): Promise<void> => {
    access.flush();
    access.close();
    return Promise.resolve();
  };
  return {
    write(data, position) {
      const written = access.write(data, { at: position });
      if (written === data.byteLength) return Promise.resolve();
      // At the end of the quota Chromium 156 does not throw: it returns its error number as if it were a count (4294967288 for -8).
      const taken = written < data.byteLength ? String(written) : 'not all';
      return Promise.reject(new Error(`it is full: of ${String(data.byteLength)} bytes ${taken} were taken`));
    },
    close,
    abort: close,
  };
}

function streamWriter(writable: FileSystemWritableFileStream): DiskWriter {
  const writer = writable.getWriter();
  return {
    write: (data, position) => writer.write({ type: 'write', data, position }),
    close: () => writer.close(),
    abort: () => writer.abort(),
  };
}
