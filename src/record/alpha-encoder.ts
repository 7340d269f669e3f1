import { CustomVideoEncoder, EncodedPacket, registerEncoder, type VideoCodec, type VideoSample } from 'mediabunny';

/**
 * VP9 or VP8 with alpha: one encoder for the colours, one for the alpha channel as if it were brightness; the second packet
 * travels beside the first (https://wiki.webmproject.org/alpha-channel). No browser's encoder does it by itself.
 *
 * The two are wired in series, so that an alpha frame is a key frame exactly when its colour frame is one. mediabunny can do the
 * same, but with a worker from a blob URL, which our Content-Security-Policy forbids.
 */
class AlphaEncoder extends CustomVideoEncoder {
  #colour: VideoEncoder | null = null;
  #alpha: VideoEncoder | null = null;
  /** Alpha frames whose colour chunk has not come out yet, and colour chunks whose alpha chunk has not; both in order. */
  readonly #waitingFrames: VideoFrame[] = [];
  readonly #waitingChunks: {
    readonly chunk: EncodedVideoChunk;
    readonly meta: EncodedVideoChunkMetadata | undefined;
  }[] = [];

  static override supports(codec: VideoCodec, config: VideoEncoderConfig): boolean {
    return (codec === 'vp9' || codec === 'vp8') && config.alpha === 'keep' && config.bitrateMode !== 'quantizer';
  }

  init(): void {
    // `quality` forbids dropping frames, which would tear the two streams apart; Chromium's software encoders are no slower with it.
    const config: VideoEncoderConfig = { ...this.config, alpha: 'discard', latencyMode: 'quality' };
    const error = (reason: DOMException) => this.onError(reason);
    this.#colour = new VideoEncoder({ output: (chunk, meta) => this.#takeColour(chunk, meta), error });
    this.#alpha = new VideoEncoder({ output: (chunk) => this.#takeAlpha(chunk), error });
    this.#colour.configure(config);
    this.#alpha.configure(config);
  }

  async encode(sample: VideoSample, options: VideoEncoderEncodeOptions): Promise<void> {
    const { colour, alpha } = await splitAlpha(sample);
    try {
      this.#waitingFrames.push(alpha);
      this.#colour?.encode(colour, options);
    } finally {
      colour.close();
    }
    await this.#room();
  }

  async flush(): Promise<void> {
    await this.#colour?.flush();
    await this.#alpha?.flush();
  }

  close(): void {
    for (const encoder of [this.#colour, this.#alpha]) if (encoder?.state !== 'closed') encoder?.close();
    for (const frame of this.#waitingFrames.splice(0)) frame.close();
  }

  #takeColour(chunk: EncodedVideoChunk, meta: EncodedVideoChunkMetadata | undefined): void {
    const frame = this.#waitingFrames.shift();
    if (frame === undefined) throw new Error('the encoder gave more colour chunks than it was given frames');
    try {
      this.#waitingChunks.push({ chunk, meta });
      this.#alpha?.encode(frame, { keyFrame: chunk.type === 'key' });
    } finally {
      frame.close();
    }
  }

  #takeAlpha(chunk: EncodedVideoChunk): void {
    const colour = this.#waitingChunks.shift();
    if (colour === undefined) throw new Error('the encoder gave more alpha chunks than colour chunks');
    const alpha = new Uint8Array(chunk.byteLength);
    chunk.copyTo(alpha);
    this.onPacket(EncodedPacket.fromEncodedChunk(colour.chunk, { alpha }), colour.meta);
  }

  async #room(): Promise<void> {
    const full = [this.#colour, this.#alpha].find((encoder) => encoder !== null && encoder.encodeQueueSize >= 4);
    if (full) await new Promise((resolve) => full.addEventListener('dequeue', resolve, { once: true }));
  }
}

/** Teaches mediabunny the codec `alpha: 'keep'` stands for. Once per thread. */
export const registerAlphaEncoder = (() => {
  let done = false;
  return () => {
    if (!done) registerEncoder(AlphaEncoder);
    done = true;
  };
})();

/** Two frames of the sample's size and time, the caller's to close: its colours, and its alpha as the brightness of a grey picture. */
async function splitAlpha(sample: VideoSample): Promise<{ readonly colour: VideoFrame; readonly alpha: VideoFrame }> {
  const { width, height } = sample.visibleRect;
  const rgba = new Uint8Array(width * height * 4);
  await sample.copyTo(rgba, { format: 'RGBA' });
  const pixels = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const grey = new Uint8Array(pixels + 2 * chroma).fill(128, pixels);
  for (let i = 0; i < pixels; i++) grey[i] = rgba[4 * i + 3]!;
  const common = {
    codedWidth: width,
    codedHeight: height,
    timestamp: sample.microsecondTimestamp,
    duration: sample.microsecondDuration,
  };
  const colour = new VideoFrame(rgba, { ...common, format: 'RGBX' });
  try {
    return { colour, alpha: new VideoFrame(grey, { ...common, format: 'I420' }) };
  } catch (error) {
    colour.close();
    throw error;
  }
}
