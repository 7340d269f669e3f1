/** An encoder wants one sample rate and one number of channels from start to end; devices may change theirs. */
export type AudioShape = { readonly sampleRate: number; readonly channels: number };

/**
 * Copies out of `data` (which stays the caller's): planar 32-bit floats, channel after channel, `channels * frames` values in -1..1.
 * Mono is doubled, channels beyond the shape's are left out, and a foreign sample rate is brought over by linear interpolation
 * (only met when a device changes in the middle of a recording).
 */
export function toPlanes(data: AudioData, shape: AudioShape): Float32Array<ArrayBuffer> {
  const frames = Math.round((data.numberOfFrames * shape.sampleRate) / data.sampleRate);
  const planes = new Float32Array(frames * shape.channels);
  for (let channel = 0; channel < shape.channels; channel++) {
    const source = new Float32Array(data.numberOfFrames);
    data.copyTo(source, { planeIndex: Math.min(channel, data.numberOfChannels - 1), format: 'f32-planar' });
    stretchInto(source, planes.subarray(channel * frames, (channel + 1) * frames));
  }
  return planes;
}

/** Linear interpolation of `source` over the length of `target`; a plain copy when both are of one length. */
export function stretchInto(source: Float32Array, target: Float32Array): void {
  if (source.length === target.length) return target.set(source);
  const step = source.length / target.length;
  const last = source.length - 1;
  for (let i = 0; i < target.length; i++) {
    const at = Math.min(i * step, last);
    const left = Math.floor(at);
    const a = source[left]!;
    target[i] = a + (source[Math.min(left + 1, last)]! - a) * (at - left);
  }
}
