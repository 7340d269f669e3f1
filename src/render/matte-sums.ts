/** Running sums of a sliding window: a row enters, and leaves again. */

export function addTo(sums: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i]! += values[at + i]!;
}

export function takeFrom(sums: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i]! -= values[at + i]!;
}
