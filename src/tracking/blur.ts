/** Mean of every position and those up to `reach` around it, on a grid of `height * width`; at the border of those that there are. */
export function blurred(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  const along = (from: Float32Array, step: number, length: number, placeOf: (i: number) => number): Float32Array =>
    from.map((_, i) => {
      const place = placeOf(i);
      const [first, last] = [Math.max(-reach, -place), Math.min(reach, length - 1 - place)];
      let sum = 0;
      for (let d = first; d <= last; d++) sum += from[i + d * step]!;
      return sum / (last - first + 1);
    });
  const rows = along(values, 1, width, (i) => i % width);
  return along(rows, width, height, (i) => Math.floor(i / width));
}
