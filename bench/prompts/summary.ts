import { mean } from '../measures/mean.js';
import type { InstanceFigures } from '../prompts-contract.js';
import type { Figures } from './questions.js';

export const KEYS = [
  'boxIoU',
  'boxZoomIoU',
  'tapIoU',
  'tapBestIoU',
  'tapAppIoU',
  'noc85',
  'noc90',
] as const satisfies (keyof Figures)[];

/** Classes of instances by their share of the picture, `from` (inclusive) to `to`. */
const SIZES = [
  { name: 'small', from: 0, to: 0.02 },
  { name: 'medium', from: 0.02, to: 0.1 },
  { name: 'large', from: 0.1, to: Infinity },
] as const;

export type Means = Figures & { readonly instances: number };
export type Summary = Means & { readonly bySize: Readonly<Record<(typeof SIZES)[number]['name'], Means>> };

function meansOf(rows: readonly InstanceFigures[]): Means {
  const of = (key: (typeof KEYS)[number]): number => mean(rows.map((row) => row[key]));
  return {
    boxIoU: of('boxIoU'),
    boxZoomIoU: of('boxZoomIoU'),
    tapIoU: of('tapIoU'),
    tapBestIoU: of('tapBestIoU'),
    tapAppIoU: of('tapAppIoU'),
    noc85: of('noc85'),
    noc90: of('noc90'),
    instances: rows.length,
  };
}

/** Means over all instances, and over those of each size; 0 of none. */
export function summarise(rows: readonly InstanceFigures[]): Summary {
  const within = (size: (typeof SIZES)[number]): Means =>
    meansOf(rows.filter(({ share }) => share >= size.from && share < size.to));
  return { ...meansOf(rows), bySize: { small: within(SIZES[0]), medium: within(SIZES[1]), large: within(SIZES[2]) } };
}
