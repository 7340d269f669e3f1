/**
 * The mean colour of every cell of a view, without its brightness: how much of its light is red and how much is blue (the rest is green).
 * @param planes `[3, height, width]`, 0..255, as the encoder reads them
 * @param step pixels along a cell's side; divides width and height
 * @returns `[2, height / step, width / step]`, 0..1, a third each for grey
 */
export function cellColours(planes: Float32Array, width: number, height: number, step: number): Float32Array {
  const [columns, rows, area] = [width / step, height / step, width * height];
  const colours = new Float32Array(2 * columns * rows);
  for (let cell = 0; cell < columns * rows; cell++) {
    const corner = Math.floor(cell / columns) * step * width + (cell % columns) * step;
    let red = DARK * step * step;
    let [green, blue] = [red, red];
    for (let y = 0; y < step; y++) {
      for (let at = corner + y * width, end = at + step; at < end; at++) {
        red += planes[at]!;
        green += planes[area + at]!;
        blue += planes[2 * area + at]!;
      }
    }
    const light = red + green + blue;
    colours[cell] = red / light;
    colours[columns * rows + cell] = blue / light;
  }
  return colours;
}

/** Added to each channel, levels of 255: what is nearly black is nearly grey. */
const DARK = 8;
