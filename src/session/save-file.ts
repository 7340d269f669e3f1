import type { RecordingFormat } from '../shared/pipeline-api.js';

type SavePicker = (options: {
  readonly suggestedName: string;
  readonly types: readonly {
    readonly description: string;
    readonly accept: Readonly<Record<string, readonly string[]>>;
  }[];
}) => Promise<FileSystemFileHandle>;

declare global {
  interface Window {
    /** https://wicg.github.io/file-system-access/#api-showsavefilepicker (Chromium only) */
    showSaveFilePicker?: SavePicker;
  }
}

export const canPickSaveFile = (): boolean => typeof window !== 'undefined' && window.showSaveFilePicker !== undefined;

/** Asks where to write; null when the person cancels. Needs a user gesture. */
export async function pickSaveFile(format: RecordingFormat): Promise<FileSystemFileHandle | null> {
  const types = [{ description: 'Video', accept: { [`video/${format}`]: [`.${format}`] } }];
  try {
    return (await window.showSaveFilePicker?.({ suggestedName: `liveroto.${format}`, types })) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}
