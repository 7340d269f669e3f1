/** Every WebGL2 implementation takes textures of this size, and no background needs more. */
const LONGEST_SIDE = 2048;

/** Takes a bitmap and gives one that fits into a texture: itself, or a smaller copy. */
export function withinTexture(bitmap: ImageBitmap): ImageBitmap {
  const scale = LONGEST_SIDE / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  try {
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
    );
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('No 2D context to make the picture smaller');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.transferToImageBitmap();
  } finally {
    bitmap.close();
  }
}
