/**
 * Unpacks RGBA pixels into the planes the encoder reads.
 * @param rgba `height * width * 4` bytes, row-major; alpha is ignored
 * @param planes receives float32 `[3, height, width]`: all red, all green, all blue, 0..255 (the model normalises)
 */
export function writeImagePlanes(rgba: Uint8ClampedArray, planes: Float32Array): void {
  const area = planes.length / 3;
  if (rgba.length !== area * 4) throw new RangeError(`${rgba.length} bytes of RGBA do not fill ${area} pixels`);
  for (let pixel = 0, byte = 0; pixel < area; pixel++, byte += 4) {
    planes[pixel] = rgba[byte]!;
    planes[area + pixel] = rgba[byte + 1]!;
    planes[2 * area + pixel] = rgba[byte + 2]!;
  }
}
