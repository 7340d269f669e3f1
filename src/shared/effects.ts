/** What is done with everything that is *not* a visible object. Colours are `#rrggbb`. */
export type BackgroundEffect =
  | { readonly kind: 'keep' }
  | { readonly kind: 'blur'; /** 0..1 */ readonly strength: number }
  | { readonly kind: 'colour'; readonly colour: string }
  /** The picture last given by `setBackgroundPicture`, cropped to cover the frame. */
  | { readonly kind: 'picture' }
  | { readonly kind: 'transparent' };

/** How visible objects are marked. */
export type ObjectEffect =
  | { readonly kind: 'none' }
  | { readonly kind: 'highlight'; /** 0..1 */ readonly strength: number }
  | { readonly kind: 'outline'; /** frame pixels */ readonly width: number };

export type Effects = { readonly background: BackgroundEffect; readonly object: ObjectEffect };

export const DEFAULT_EFFECTS: Effects = {
  background: { kind: 'keep' },
  object: { kind: 'highlight', strength: 0.45 },
};

/** Distinct in lightness as well as hue, so that objects can be told apart without colour vision. Objects take them in turn. */
export const OBJECT_COLOURS = [
  '#ffd23f',
  '#3bceac',
  '#ee4266',
  '#8fb8ff',
  '#b8f35c',
  '#f78fd0',
  '#ff8c42',
  '#c9a7ff',
] as const;
