/// <reference types="@vitest/browser-playwright" />
import { type Remote, wrap } from 'comlink';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import {
  forgetRecordings,
  listRecordings,
  markRecordingSaved,
  openRecording,
} from '../../src/record/stored-recordings.js';
import type { RecordedClip } from '../../src/shared/pipeline-api.js';
import {
  fileOf,
  optionsOf,
  packetsOf,
  painterOf,
  recordFrames,
  sleep,
  startRecorder,
  valueOf,
  videoTrackOf,
} from '../helpers/recording.js';
import type { RecordingWorkerApi } from '../helpers/recording.worker.js';

const STARTED = new Date(2026, 10, 24, 23, 5);

let worker: Worker;
let api: Remote<RecordingWorkerApi>;

beforeEach(async () => {
  await forgetRecordings();
  worker = new Worker(new URL('../helpers/recording.worker.ts', import.meta.url), { type: 'module' });
  api = wrap<RecordingWorkerApi>(worker);
});

afterEach(async () => {
  worker.terminate();
  vi.restoreAllMocks();
  await until(async () => {
    await forgetRecordings();
    return (await listRecordings()).length === 0;
  });
});

describe('private storage', () => {
  it('holds the recording of a worker: named by date, hidden while it is written, the same bytes afterwards', async () => {
    const plan = await api.start(optionsOf({ startedAt: STARTED }));
    expect(plan.place).toBe('private-disk');
    await api.record(40);
    expect(await listRecordings()).toEqual([]);
    const clip = valueOf(await api.stop());
    expect(clip.fileName).toBe('liveroto-2026-11-24-2305.webm');
    await expectStored(clip);
  });

  it('holds the recording of the page too, where files are written through a copy', async () => {
    const { recorder } = await startRecorder();
    expect(recorder.plan.place).toBe('private-disk');
    await recordFrames(recorder, painterOf('noise'), 40);
    await expectStored(valueOf(await recorder.stop()));
  });

  it('numbers recordings of the same minute, and keeps each until it was saved and the next one starts', async () => {
    const names: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { recorder } = await startRecorder({ startedAt: STARTED });
      await recordFrames(recorder, painterOf(), 3);
      names.push(valueOf(await recorder.stop()).fileName);
    }
    expect(names).toEqual([
      'liveroto-2026-11-24-2305.webm',
      'liveroto-2026-11-24-2305-2.webm',
      'liveroto-2026-11-24-2305-3.webm',
    ]);
    await markRecordingSaved('liveroto-2026-11-24-2305-2.webm');
    await markRecordingSaved('of-another-folder.webm');
    expect((await listRecordings()).filter((each) => each.saved).map((each) => each.fileName)).toEqual([names[1]]);
    const { recorder } = await startRecorder({ startedAt: new Date(2026, 10, 24, 23, 6) });
    await recorder.cancel();
    expect((await listRecordings()).map((each) => each.fileName).sort()).toEqual([names[2], names[0]].sort());
    await forgetRecordings(['liveroto-2026-11-24-2305.webm']);
    expect((await listRecordings()).map((each) => each.fileName)).toEqual([names[2]]);
    expect(await openRecording('liveroto-2026-11-24-2305.webm')).toBeNull();
  });

  it.each(['webm', 'mp4'] as const)('keeps a %s recording that plays when the tab crashes', async (format) => {
    await api.start(optionsOf({ format, startedAt: STARTED }));
    await api.record(300);
    worker.terminate();
    await until(async () => (await listRecordings()).length === 1);
    const file = await openRecording(`liveroto-2026-11-24-2305.${format}`);
    if (file === null) throw new Error('nothing was kept');
    expect((await packetsOf(await videoTrackOf(file))).timestamps.length).toBeGreaterThan(60);
    await expectPlays(file);
  });

  it('is not used where it is missing: the recording is made in memory', async () => {
    vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(new DOMException('not here', 'SecurityError'));
    const { recorder } = await startRecorder({ startedAt: STARTED });
    expect(recorder.plan.place).toBe('memory');
    await recordFrames(recorder, painterOf(), 10);
    const clip = valueOf(await recorder.stop());
    expect(fileOf(clip).name).toBe('liveroto-2026-11-24-2305.webm');
    expect((await packetsOf(await videoTrackOf(fileOf(clip)))).timestamps).toHaveLength(10);
    expect(fileOf(clip).size).toBe(clip.bytes);
  });
});

describe('a file that the person chose', () => {
  it('is written directly, and nothing is left in private storage', async () => {
    const handle = await chosenFile();
    const { recorder } = await startRecorder({ saveTo: handle });
    expect(recorder.plan.place).toBe('chosen-file');
    await recordFrames(recorder, painterOf('noise'), 30);
    const clip = valueOf(await recorder.stop());
    expect(clip).toMatchObject({ file: null, fileName: 'chosen.webm', frames: 30 });
    const file = await handle.getFile();
    expect(file.size).toBe(clip.bytes);
    expect((await packetsOf(await videoTrackOf(file))).timestamps).toHaveLength(30);
    expect(await listRecordings()).toEqual([]);
  });

  it('stays as it was when the recording is cancelled', async () => {
    const handle = await chosenFile();
    const { recorder } = await startRecorder({ saveTo: handle });
    await recordFrames(recorder, painterOf('noise'), 30);
    await recorder.cancel();
    expect((await handle.getFile()).size).toBe(0);
  });
});

describe('a disk that fills up', () => {
  it.each(['webm', 'mp4'] as const)(
    'ends the %s recording and keeps what was written, as a clip that plays',
    async (format) => {
      const { usage = 0 } = await navigator.storage.estimate();
      const quota = cdp();
      await quota.send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize: usage + 3_000_000 });
      try {
        await api.start(optionsOf({ format }));
        await api.record(900);
        const result = await api.stop();
        const [failure] = await api.failures();
        expect(failure?.problem.code).toBe('recording-failed');
        expect(result).toEqual({ ok: false, problem: failure?.problem });
        const kept = failure?.kept;
        if (!kept) throw new Error('nothing was kept');
        expect(kept.bytes).toBeGreaterThan(1_000_000);
        const { timestamps } = await packetsOf(await videoTrackOf(fileOf(kept)));
        expect(timestamps.length).toBeGreaterThan(60);
        await expectPlays(fileOf(kept));
        expect((await listRecordings()).map((each) => each.fileName)).toEqual([kept.fileName]);
      } finally {
        await quota.send('Storage.overrideQuotaForOrigin', { origin: location.origin });
      }
    },
  );

  it('is reported for a chosen file too, of which the browser keeps nothing', async () => {
    const handle = await chosenFile();
    const full = new WritableStream({
      write: () => Promise.reject(new DOMException('disk full', 'QuotaExceededError')),
    });
    vi.spyOn(handle, 'createWritable').mockResolvedValue(full as FileSystemWritableFileStream);
    const { recorder, failures } = await startRecorder({ saveTo: handle });
    await recordFrames(recorder, painterOf('noise'), 400);
    const result = await recorder.stop();
    expect(result.ok ? null : result.problem.what).toContain('disk full');
    expect(failures.map((failure) => failure.kept)).toEqual([null]);
  });
});

async function expectStored(clip: RecordedClip): Promise<void> {
  const stored = await listRecordings();
  expect(stored).toEqual([expect.objectContaining({ fileName: clip.fileName, bytes: clip.bytes, saved: false })]);
  const onDisk = await openRecording(clip.fileName);
  const bytes = new Uint8Array((await onDisk?.arrayBuffer()) ?? new ArrayBuffer());
  expect(bytes.length).toBe(clip.bytes);
  expect(new Uint8Array(await fileOf(clip).arrayBuffer())).toEqual(bytes);
  expect((await packetsOf(await videoTrackOf(fileOf(clip)))).timestamps).toHaveLength(clip.frames);
}

/** The browser's own player gets past the first second. */
async function expectPlays(file: File): Promise<void> {
  const url = URL.createObjectURL(file);
  const video = document.createElement('video');
  video.muted = true;
  video.src = url;
  try {
    await video.play();
    await until(() => Promise.resolve(video.currentTime > 1));
    expect(video.error).toBeNull();
  } finally {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

/** A handle like that of the save dialog, in the root of private storage. */
async function chosenFile(): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('chosen.webm').catch(() => undefined);
  return root.getFileHandle('chosen.webm', { create: true });
}

async function until(test: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await test()); waitedMs += 50) {
    if (waitedMs > 10_000) throw new Error('waited ten seconds in vain');
    await sleep(50);
  }
}
