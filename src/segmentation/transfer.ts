import type { SegmentResult } from '../shared/segmentation.js';

/** The memory of a result's big arrays, each once: what can be handed to another thread instead of copied. */
export function buffersOf(result: SegmentResult): ArrayBuffer[] {
  const arrays = result.objects.flat().map((candidate) => candidate.mask.data);
  if (result.appearance !== null) arrays.push(result.appearance.data, result.appearance.colours);
  const buffers = arrays.map((array) => array.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(buffers)];
}
