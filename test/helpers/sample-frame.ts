import { renderSampleFrame } from '../../src/sample/sample.js';

/** One frame of the sample scene as its worker sends it. The caller closes it. */
export function sampleVideoFrame(index: number): VideoFrame {
  const { rgba, size, timestampUs } = renderSampleFrame(index);
  return new VideoFrame(rgba, {
    format: 'RGBX',
    codedWidth: size.width,
    codedHeight: size.height,
    timestamp: timestampUs,
  });
}
