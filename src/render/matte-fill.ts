import { BLOCK, FIT_CHANNELS as CHANNELS } from './matte-window.js';

/** Weight of the block (of 2x2 pixels) that a guide pixel lies in; its centre is a quarter of a block away, and the next nearest block has the rest. */
const OWN = 1 - 0.5 / BLOCK;

/** One row of fits, interpolated between two rows of blocks. Kept between calls. */
let row = new Float32Array(0);

/**
 * The linear functions of the guide's pixels: those of the blocks, interpolated between their centres. What their weights leave open is filled by the mask
 * itself, pixel by pixel. Then the contrast around 0.5 is raised, which makes another linear function. Writes a.r, a.g, a.b, b.
 * @param means of the fits of `height * width` blocks
 * @param probability p of the guide pixels of the blocks; `out` has four values for each
 */
export function fillFits(
  means: Float32Array,
  width: number,
  height: number,
  contrast: number,
  probability: Float32Array,
  out: Float32Array,
): void {
  const stride = width * CHANNELS;
  if (row.length < stride) row = new Float32Array(stride);
  for (let y = 0, at = 0; y < BLOCK * height; y++, at += BLOCK * width) {
    const own = (y >> 1) * stride;
    const next = nextBlock(y, height) * stride;
    for (let i = 0; i < stride; i++) row[i] = OWN * means[own + i]! + (1 - OWN) * means[next + i]!;
    fillRow(width, contrast, probability, at, out);
  }
}

/** The block beside the one that a guide pixel lies in, on the pixel's side of it; itself at the edge. */
const nextBlock = (pixel: number, blocks: number): number => {
  const block = pixel >> 1;
  return (pixel & 1) === 0 ? Math.max(0, block - 1) : Math.min(blocks - 1, block + 1);
};

function fillRow(
  width: number,
  contrast: number,
  probability: Float32Array,
  probabilityAt: number,
  out: Float32Array,
): void {
  // Everything below is a mean times the contrast.
  const own = contrast * OWN;
  const other = contrast * (1 - OWN);
  const centre = 0.5 - 0.5 * contrast;
  // A fit that stays between 0 and 1 and is trusted less than this cannot bring a sure p back from where the contrast is clamped; one that does not
  // stay there has met colours that it knows nothing about, and would leak.
  const negligible = 0.5 * contrast - 0.5;
  for (let x = 0, o = 4 * probabilityAt; x < BLOCK * width; x++, o += 4) {
    const a = (x >> 1) * CHANNELS;
    const b = nextBlock(x, width) * CHANNELS;
    const p = probability[probabilityAt + x]!;
    const trust = own * row[a + 4]! + other * row[b + 4]!;
    if (trust < negligible && (p === 0 || p === 1)) {
      out[o + 3] = p;
      continue;
    }
    out[o] = own * row[a]! + other * row[b]!;
    out[o + 1] = own * row[a + 1]! + other * row[b + 1]!;
    out[o + 2] = own * row[a + 2]! + other * row[b + 2]!;
    out[o + 3] = own * row[a + 3]! + other * row[b + 3]! + (contrast - trust) * p + centre;
  }
}
