import { DEFAULT_EFFECTS, type BackgroundEffect, type ObjectEffect } from '../shared/effects.js';

export type Choice<E> = { readonly kind: string; readonly label: string; readonly fresh: E };

/** What each tile switches to when it is chosen for the first time. */
export const BACKGROUND_CHOICES: readonly (Choice<BackgroundEffect> & { readonly kind: BackgroundEffect['kind'] })[] = [
  { kind: 'keep', label: 'Keep', fresh: { kind: 'keep' } },
  { kind: 'blur', label: 'Blur', fresh: { kind: 'blur', strength: 0.6 } },
  { kind: 'colour', label: 'Colour', fresh: { kind: 'colour', colour: '#1f7a5c' } },
  { kind: 'picture', label: 'Picture', fresh: { kind: 'picture' } },
  { kind: 'transparent', label: 'None', fresh: { kind: 'transparent' } },
];

export const OBJECT_CHOICES: readonly (Choice<ObjectEffect> & { readonly kind: ObjectEffect['kind'] })[] = [
  { kind: 'none', label: 'Plain', fresh: { kind: 'none' } },
  { kind: 'highlight', label: 'Highlight', fresh: DEFAULT_EFFECTS.object },
  { kind: 'outline', label: 'Outline', fresh: { kind: 'outline', width: 4 } },
];
