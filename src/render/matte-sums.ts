/**
 * Slides a window down rows of values.
 * @param stride values in a row
 * @param sums takes, for each place in a row, the sum over the rows that the window holds
 * @param use called for each row once `sums` holds those within `radius` of it: from `top` to before `bottom`
 */
export function slideDown(
  values: Float32Array,
  stride: number,
  height: number,
  radius: number,
  sums: Float64Array,
  use: (row: number, top: number, bottom: number) => void,
): void {
  sums.fill(0, 0, stride);
  for (let row = 0; row < Math.min(radius, height); row++) addTo(sums, values, row * stride, stride);
  for (let row = 0; row < height; row++) {
    if (row + radius < height) addTo(sums, values, (row + radius) * stride, stride);
    if (row > radius) takeFrom(sums, values, (row - radius - 1) * stride, stride);
    use(row, Math.max(0, row - radius), Math.min(height, row + radius + 1));
  }
}

function addTo(sums: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i]! += values[at + i]!;
}

function takeFrom(sums: Float64Array, values: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) sums[i]! -= values[at + i]!;
}
