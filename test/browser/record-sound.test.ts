import { transfer, wrap } from 'comlink';
import { ALL_FORMATS, BlobSource, Input } from 'mediabunny';
import { afterEach, describe, expect, it } from 'vitest';
import { forgetRecordings } from '../../src/record/stored-recordings.js';
import { audioStreamOf } from '../../src/session/audio-feed.js';
import {
  fileOf,
  optionsOf,
  packetsOf,
  painterOf,
  playLive,
  recordFrames,
  sleep,
  startRecorder,
  toneStream,
  valueOf,
  videoTrackOf,
} from '../helpers/recording.js';
import type { RecordingWorkerApi } from '../helpers/recording.worker.js';

afterEach(() => forgetRecordings());

describe('sound', () => {
  it.each(['webm', 'mp4'] as const)(
    'is in the %s file beside the picture, and every AudioData is closed',
    async (format) => {
      const tone = toneStream(1.2);
      const { recorder, progress } = await startRecorder({ format, audio: tone.stream });
      const shownMs = await playLive(recorder, painterOf(), 45);
      expect(progress.length).toBeGreaterThan(3);
      expect(progress.length).toBeLessThanOrEqual(shownMs / 250 + 2);
      expect(isRising(progress.map((each) => each.elapsedMs))).toBe(true);
      const clip = valueOf(await recorder.stop());
      const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(fileOf(clip)) });
      const audio = await input.getPrimaryAudioTrack();
      expect(await audio?.getCodec()).toBe(recorder.plan.audioCodec);
      const seconds = (await audio?.computeDuration()) ?? 0;
      expect(seconds).toBeGreaterThan(0.6);
      expect(seconds).toBeLessThan(clip.durationMs / 1000 + 0.2);
      expect(tone.made.length).toBeGreaterThan(50);
      expect(tone.open()).toBe(0);
    },
  );

  it.each(['webm', 'mp4'] as const)(
    'stands in the %s file where it was heard, and is cut with the picture',
    async (format) => {
      const tone = toneStream(60, 700);
      const { recorder } = await startRecorder({ format, audio: tone.stream });
      const painter = painterOf();
      await playLive(recorder, painter, 30);
      recorder.pause();
      await sleep(600);
      recorder.resume();
      await playLive(recorder, painter, 15);
      const clip = valueOf(await recorder.stop());
      const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(fileOf(clip)) });
      const audio = await input.getPrimaryAudioTrack();
      if (audio === null) throw new Error('the file has no sound');
      expect(Math.abs((await audio.getFirstTimestamp()) - 0.7)).toBeLessThan(0.25);
      expect(Math.abs((await audio.computeDuration()) - clip.durationMs / 1000)).toBeLessThan(0.25);
      expect(tone.made.length).toBeGreaterThan(0);
      expect(tone.open()).toBe(0);
    },
  );

  it.each(['webm', 'mp4'] as const)('that never comes leaves the picture of a %s file whole', async (format) => {
    const silent = new ReadableStream<AudioData>();
    const { recorder } = await startRecorder({ format, audio: silent });
    await recordFrames(recorder, painterOf(), 120);
    const clip = valueOf(await recorder.stop());
    expect((await packetsOf(await videoTrackOf(fileOf(clip)))).timestamps).toHaveLength(120);
  });
});

it('records the microphone in a worker, to which the page hands it over', async () => {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = media.getAudioTracks();
  const audio = track === undefined ? null : audioStreamOf(track);
  if (track === undefined || audio === null) throw new Error('no microphone');
  const worker = new Worker(new URL('../helpers/recording.worker.ts', import.meta.url), { type: 'module' });
  const api = wrap<RecordingWorkerApi>(worker);
  try {
    await api.start(transfer(optionsOf({ audio }), [audio]));
    await api.play(30);
    const clip = valueOf(await api.stop());
    const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(fileOf(clip)) });
    const seconds = (await (await input.getPrimaryAudioTrack())?.computeDuration()) ?? 0;
    expect(seconds).toBeGreaterThan(clip.durationMs / 2000);
  } finally {
    track.stop();
    worker.terminate();
  }
  expect(audioStreamOf(track)).toBeNull();
});

const isRising = (values: readonly number[]) => values.every((value, i) => i === 0 || value >= values[i - 1]!);
