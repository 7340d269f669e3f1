import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  HOME_VARIANT,
  renderSampleFrame,
  SAMPLE_SCENE,
  type SampleFrame,
  type SampleVariant,
} from '../../src/sample/sample.js';
import type { Size } from '../../src/shared/geometry.js';

/**
 * A file for Chrome's fake camera (`--use-file-for-fake-video-capture`) that shows the built-in sample, over and over. Y4M holds plain
 * pixels, so no encoder is needed. Made once for each version of the sample and each variant, under `.cache/`.
 * @param seconds from the sample's start; the whole loop is 20 s, and 640x480 takes 14 MB a second
 * @returns its path
 */
export function sampleCameraFile(
  root: string,
  size: Size,
  seconds: number,
  variant: SampleVariant = HOME_VARIANT,
): string {
  const folder = join(root, '.cache/fake-camera');
  const kind = `sample-${size.width}x${size.height}-${seconds}s`;
  const name = `${kind}-${sampleVersion(root, variant)}.y4m`;
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old.startsWith(kind)) rmSync(join(folder, old));
  const unfinished = `${path}.part`;
  const file = openSync(unfinished, 'w');
  try {
    writeSync(file, `YUV4MPEG2 W${size.width} H${size.height} F${SAMPLE_SCENE.frameRate}:1 Ip A1:1 C420jpeg\n`);
    for (let index = 0; index < seconds * SAMPLE_SCENE.frameRate; index++) {
      writeSync(file, 'FRAME\n');
      writeSync(file, i420(renderSampleFrame(index, size, variant)));
    }
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  return path;
}

/** Changes whenever the sample's code does. */
function sampleVersion(root: string, variant: SampleVariant): string {
  const folder = join(root, 'src/sample');
  const hash = createHash('sha256').update(JSON.stringify(variant));
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/** BT.601, studio range, chroma averaged over 2x2 pixels; sizes are even. */
function i420({ rgba, size: { width, height } }: SampleFrame): Uint8Array {
  const luma = width * height;
  const out = new Uint8Array(luma * 1.5);
  for (let i = 0; i < luma; i++) {
    out[i] = 16 + 0.2568 * rgba[i * 4]! + 0.5041 * rgba[i * 4 + 1]! + 0.0979 * rgba[i * 4 + 2]!;
  }
  for (let y = 0, to = luma; y < height; y += 2) {
    for (let x = 0; x < width; x += 2, to++) {
      const mean = (channel: number): number => {
        const i = (y * width + x) * 4 + channel;
        return (rgba[i]! + rgba[i + 4]! + rgba[i + width * 4]! + rgba[i + width * 4 + 4]!) / 4;
      };
      const [r, g, b] = [mean(0), mean(1), mean(2)];
      out[to] = 128 - 0.1482 * r - 0.291 * g + 0.4392 * b;
      out[to + luma / 4] = 128 + 0.4392 * r - 0.3678 * g - 0.0714 * b;
    }
  }
  return out;
}
