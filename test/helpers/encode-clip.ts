import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  Output,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { renderSampleFrame } from '../../src/sample/sample.js';

export type ClipPlan = {
  readonly frames: number;
  readonly frameRate: number;
  readonly width: number;
  readonly height: number;
  /** With a tone. */
  readonly sound: boolean;
};

/** A WebM file (VP8, Opus) of the sample scene, made by the browser's own encoders. */
export async function encodeClip(name: string, plan: ClipPlan): Promise<File> {
  const { frames, frameRate, width, height, sound } = plan;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const video = new VideoSampleSource({ codec: 'vp8', bitrate: 1_000_000, keyFrameInterval: 0.5 });
  const audio = new AudioSampleSource({ codec: 'opus', bitrate: 64_000 });
  output.addVideoTrack(video, { frameRate });
  if (sound) output.addAudioTrack(audio);
  await output.start();
  for (let index = 0; index < frames; index++) {
    const { rgba } = renderSampleFrame(index, { width, height });
    const timing = { timestamp: index / frameRate, duration: 1 / frameRate };
    const sample = new VideoSample(rgba, { format: 'RGBX', codedWidth: width, codedHeight: height, ...timing });
    await video.add(sample);
    sample.close();
  }
  if (sound) await addTone(audio, frames / frameRate);
  await output.finalize();
  if (target.buffer === null) throw new Error('Nothing was written.');
  return new File([target.buffer], name, { type: 'video/webm' });
}

async function addTone(audio: AudioSampleSource, seconds: number): Promise<void> {
  const sampleRate = 48_000;
  const data = Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, index) => 0.3 * Math.sin(index * 0.06),
  );
  const sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate, timestamp: 0 });
  await audio.add(sample);
  sample.close();
}
