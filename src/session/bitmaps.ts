import type { AppState } from './app-state.js';

function bitmapsOf(state: AppState): Set<ImageBitmap> {
  const all = new Set<ImageBitmap>([...state.thumbnails.values(), ...[...state.candidates.values()].flat()]);
  if (state.backgroundPicture !== null) all.add(state.backgroundPicture);
  return all;
}

/** Closes every bitmap that `before` held and `after` no longer holds. */
export function closeDropped(before: AppState, after: AppState): void {
  const unchanged =
    before.thumbnails === after.thumbnails &&
    before.candidates === after.candidates &&
    before.backgroundPicture === after.backgroundPicture;
  if (unchanged) return;
  const kept = bitmapsOf(after);
  for (const bitmap of bitmapsOf(before)) if (!kept.has(bitmap)) bitmap.close();
}
