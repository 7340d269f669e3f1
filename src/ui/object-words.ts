import type { ObjectState } from '../shared/pipeline-api.js';

/** Each state as a word and as a shape, so that colour is never the only sign. */
export const STATE_WORDS: Readonly<Record<ObjectState, { readonly shape: string; readonly word: string }>> = {
  pending: { shape: '◌', word: 'looking' },
  tracking: { shape: '●', word: 'tracking' },
  unsure: { shape: '◐', word: 'unsure' },
  lost: { shape: '○', word: 'lost' },
  found: { shape: '↺', word: 'found again' },
};
