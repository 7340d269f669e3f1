/**
 * How well a matte agrees with the truth: intersection over union of "at least half covered" and "is this object".
 * @param alpha one byte a pixel, 0..255
 * @param ids `SampleFrame.ids` of the same size
 * @returns 0..1; 1 when both are empty
 */
export function matteIou(alpha: Uint8Array, ids: Uint8Array, id: number): number {
  if (alpha.length !== ids.length)
    throw new RangeError(`A matte of ${alpha.length} pixels has no truth of ${ids.length}.`);
  let both = 0;
  let either = 0;
  for (let i = 0; i < alpha.length; i++) {
    const shown = alpha[i]! >= 128;
    const wanted = ids[i] === id;
    if (shown && wanted) both++;
    if (shown || wanted) either++;
  }
  return either === 0 ? 1 : both / either;
}
