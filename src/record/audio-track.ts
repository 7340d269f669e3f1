import { AudioSample, AudioSampleSource, canEncodeAudio, Quality } from 'mediabunny';
import type { RecordingAudioCodec } from '../shared/recording.js';
import { type AudioShape, toPlanes } from './audio-shape.js';
import { AudioTimeline } from './timeline.js';

export const AUDIO_QUALITY = new Quality('high');
/** What audio encoders take everywhere; used until, or unless, the source says something else. */
export const COMMON_SHAPE: AudioShape = { sampleRate: 48_000, channels: 2 };
/** The muxer holds video back until it knows the audio of the same time, so a silent source must not stay silent for long. */
const LONGEST_SILENCE_US = 2_000_000;
/** Room left for audio that is still on its way. */
const ON_ITS_WAY_US = 500_000;

/**
 * Reads raw audio, brings it to the recording's timeline and feeds the encoder. Every AudioData read is closed here.
 * Audio that stops early or comes late is silence in the file.
 */
export class AudioTrack {
  readonly source: AudioSampleSource;
  readonly #reader: ReadableStreamDefaultReader<AudioData>;
  readonly #codec: RecordingAudioCodec;
  readonly #wallUs: () => number | null;
  readonly #onError: (error: unknown) => void;
  readonly #timeline = new AudioTimeline();
  #shape: AudioShape | null = null;
  #paused = false;
  #ended = false;
  #running: Promise<void> = Promise.resolve();

  /**
   * Takes the stream.
   * @param wallUs recorded time now; null while there is no picture yet (audio before the first picture is left out).
   * @param onError the encoder or the muxer failed; called at most once.
   */
  constructor(
    stream: ReadableStream<AudioData>,
    codec: RecordingAudioCodec,
    wallUs: () => number | null,
    onError: (error: unknown) => void,
  ) {
    this.#reader = stream.getReader();
    this.#codec = codec;
    this.#wallUs = wallUs;
    this.#onError = onError;
    this.source = new AudioSampleSource({ codec, quality: AUDIO_QUALITY });
  }

  /** End of what has been written, microseconds of recorded time. */
  get endUs(): number {
    return this.#timeline.endUs;
  }

  /** Call after the output has started. */
  start(): void {
    this.#running = this.#pump();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#timeline.cut();
  }

  /** Call with every frame: writes silence where the audio has been missing for too long. */
  keepUpWith(videoUs: number): void {
    if (this.#ended || videoUs - this.#timeline.endUs < LONGEST_SILENCE_US) return;
    const shape = (this.#shape ??= COMMON_SHAPE);
    const startUs = this.#timeline.endUs;
    const frames = Math.floor(((videoUs - ON_ITS_WAY_US - startUs) * shape.sampleRate) / 1_000_000);
    this.#timeline.filledTo(startUs + Math.round((frames * 1_000_000) / shape.sampleRate));
    void this.#add(new Float32Array(frames * shape.channels), shape, startUs);
  }

  /** Stops reading and lets go of the stream. What was read is in the encoder. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#letGo();
    await this.#running;
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        await this.#take(value);
      }
    } catch (error) {
      this.#onError(error);
      await this.#letGo();
    } finally {
      this.#ended = true;
      this.source.close();
    }
  }

  async #take(data: AudioData): Promise<void> {
    let planes: Float32Array<ArrayBuffer>;
    let startUs: number | null;
    let shape: AudioShape;
    try {
      if (this.#ended || this.#paused || this.#wallUs() === null) return;
      shape = this.#shape ?? (await this.#chooseShape(data));
      const wallUs = this.#wallUs();
      if (wallUs === null) return;
      startUs = this.#timeline.place(data.timestamp, data.duration, wallUs);
      if (startUs === null) return;
      planes = toPlanes(data, shape);
    } finally {
      data.close();
    }
    await this.#add(planes, shape, startUs);
  }

  async #chooseShape(data: AudioData): Promise<AudioShape> {
    const own = { sampleRate: data.sampleRate, channels: Math.min(2, data.numberOfChannels) };
    const taken = await canEncodeAudio(this.#codec, {
      quality: AUDIO_QUALITY,
      sampleRate: own.sampleRate,
      numberOfChannels: own.channels,
    });
    // Silence may have been written in the meantime, which settles it.
    return (this.#shape ??= taken ? own : COMMON_SHAPE);
  }

  async #add(planes: Float32Array<ArrayBuffer>, shape: AudioShape, startUs: number): Promise<void> {
    const sample = new AudioSample({
      data: planes,
      format: 'f32-planar',
      sampleRate: shape.sampleRate,
      numberOfChannels: shape.channels,
      timestamp: startUs / 1_000_000,
    });
    try {
      await this.source.add(sample);
    } catch (error) {
      this.#onError(error);
    } finally {
      sample.close();
    }
  }

  /** A source that is already broken or gone has nothing left to cancel. */
  async #letGo(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }
}
