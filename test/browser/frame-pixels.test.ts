import { describe, expect, it } from 'vitest';
import { SAMPLE_SCENE } from '../../src/sample/sample.js';
import { PixelReader } from '../../src/workers/frame-pixels.js';
import { sampleVideoFrame } from '../helpers/sample-frame.js';

const WHOLE = { x: 0, y: 0, ...SAMPLE_SCENE.size };

/** The same picture as a camera would send it. */
async function yuvFrame(index: number): Promise<VideoFrame> {
  const rgb = sampleVideoFrame(index);
  try {
    const { width, height } = SAMPLE_SCENE.size;
    const rgba = new Uint8Array(width * height * 4);
    await rgb.copyTo(rgba, { format: 'RGBA' });
    const data = new Uint8Array((width * height * 3) / 2).fill(128);
    for (let i = 0; i < width * height; i++)
      data[i] = 16 + (0.183 * rgba[4 * i]! + 0.614 * rgba[4 * i + 1]! + 0.062 * rgba[4 * i + 2]!);
    return new VideoFrame(data, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: rgb.timestamp });
  } finally {
    rgb.close();
  }
}

function meanDifference(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

describe('pixel reader', () => {
  it.each(['RGBX', 'I420'])('reads the same pixels from memory as through a canvas (%s)', async (format) => {
    const frame = format === 'I420' ? await yuvFrame(40) : sampleVideoFrame(40);
    try {
      const [fromMemory, throughCanvas] = [new PixelReader(), new PixelReader()];
      await fromMemory.load(frame);
      expect(fromMemory.imageOf(frame)).not.toBeNull();
      expect(throughCanvas.imageOf(frame)).toBeNull();
      for (const [viewport, size] of [
        [WHOLE, { width: 320, height: 180 }],
        [
          { x: 200, y: 120, width: 160, height: 160 },
          { width: 192, height: 192 },
        ],
        [
          { x: -100, y: -50, width: 400, height: 400 },
          { width: 128, height: 128 },
        ],
      ] as const) {
        const [a, b] = [fromMemory.read(frame, viewport, size), throughCanvas.read(frame, viewport, size)];
        expect(a).toMatchObject({ ...size, viewport, timestampUs: frame.timestamp });
        // Scaling differs a little (2x2 taps against mipmaps); colours and places must not.
        expect(meanDifference(a.rgba, b.rgba)).toBeLessThan(3);
      }
    } finally {
      frame.close();
    }
  });

  it('keeps a loaded frame in memory until it is closed, and then uses its memory again', async () => {
    const [first, second, third] = [0, 45, 90].map(sampleVideoFrame) as [VideoFrame, VideoFrame, VideoFrame];
    try {
      const reader = new PixelReader();
      await reader.load(first);
      await reader.load(second);
      const memory = reader.imageOf(first)?.data;
      expect(memory).toBeDefined();
      first.close();
      await reader.load(third);
      expect(reader.imageOf(first)).toBeNull();
      expect(reader.imageOf(second)).not.toBeNull();
      expect(reader.imageOf(third)?.data === memory).toBe(true);
    } finally {
      for (const frame of [first, second, third]) frame.close();
    }
  });

  it.each([true, false])('makes a copy that shows the same and outlives the frame (loaded: %s)', async (isLoaded) => {
    const frame = sampleVideoFrame(30);
    const reader = new PixelReader();
    const size = { width: 320, height: 180 };
    const before = reader.read(frame, WHOLE, size);
    if (isLoaded) await reader.load(frame);
    const copy = reader.copyOf(frame);
    try {
      frame.close();
      expect(copy.timestamp).toBe(before.timestampUs);
      expect(reader.imageOf(copy) !== null).toBe(isLoaded);
      expect(meanDifference(reader.read(copy, WHOLE, size).rgba, before.rgba)).toBeLessThan(1);
      expect(meanDifference(new PixelReader().read(copy, WHOLE, size).rgba, before.rgba)).toBeLessThan(1);
    } finally {
      copy.close();
    }
  });
});
