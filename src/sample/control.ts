import type { Size } from '../shared/geometry.js';
import type { SampleVariant } from './sample.js';

/** From the page to the sample worker. `feed` comes with a MessagePort, and ends the feed before it. Seconds are within the loop. */
export type SampleCommand =
  | { readonly kind: 'feed'; readonly size: Size; readonly variant: SampleVariant }
  | { readonly kind: 'play' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'seek'; readonly seconds: number }
  | { readonly kind: 'loop'; readonly on: boolean }
  | { readonly kind: 'stop' };

/** From the sample worker to the page: after every change, and some times a second while it plays. */
export type SampleReport = { readonly playing: boolean; readonly seconds: number };
