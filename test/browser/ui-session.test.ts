import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FrameSource } from '../../src/capture/frame-source.js';
import { fail, ok, type Result } from '../../src/shared/errors.js';
import type { RecordedClip } from '../../src/shared/pipeline-api.js';
import type { Session } from '../../src/session/session.js';
import { guardUnload } from '../../src/session/guard-unload.js';
import { CLIP, objectSummary, STATS } from '../helpers/fake-pipeline.js';
import { canvas, FakeSource, makeSession } from '../helpers/test-session.js';

let opened: Session | null = null;

async function started(part: Parameters<typeof makeSession>[0] = {}) {
  const made = makeSession(part);
  opened = made.session;
  await made.session.start(canvas());
  return made;
}

const picture = (): Promise<ImageBitmap> => createImageBitmap(new ImageData(8, 8));

afterEach(async () => {
  await opened?.dispose();
  opened = null;
});

describe('the pipeline', () => {
  it('gets ready, and says so', async () => {
    const { session, pipeline } = await started();
    expect(session.state).toMatchObject({ pipelineStatus: 'ready', backend: 'wasm' });
    await vi.waitFor(() => expect(pipeline().named('setEffects')).toEqual([[session.state.effects]]));
  });

  it('tells why there is no model', async () => {
    const { session, pipeline } = makeSession();
    opened = session;
    const starting = session.start(canvas());
    pipeline().startAnswer = fail('model-missing', 'The model is not there.', 'Install it.');
    await starting;
    expect(session.state.pipelineStatus).toBe('failed');
    expect(session.state.problems.map(({ code }) => code)).toEqual(['model-missing']);
  });

  it('dies aloud: calls that wait come back, and a restart brings everything but the objects', async () => {
    const source = new FakeSource();
    const { session, pipeline, pipelines } = await started({ openSource: async () => ok(source) });
    await session.openSource({ kind: 'sample' });
    session.setEffects({ background: { kind: 'transparent' }, object: { kind: 'none' } });
    await session.startRecording();
    pipeline().finished = new Promise(() => undefined);
    const stopping = session.stopRecording();
    pipeline().die('out of memory');
    await stopping;
    expect(session.state.pipelineStatus).toBe('dead');
    expect(session.state.recording.state).toBe('idle');
    expect(session.state.problems.at(-1)).toMatchObject({ code: 'worker-died' });
    expect(session.state.problems.at(-1)?.what).toContain('out of memory');
    expect(pipeline().terminated).toBe(true);

    session.restart();
    expect(session.state).toMatchObject({ generation: 1, problems: [], pipelineStatus: 'waiting' });
    await session.start(canvas());
    expect(pipelines).toHaveLength(2);
    expect(source.feeds).toBe(2);
    await vi.waitFor(() => expect(pipeline().named('setSource')).toEqual([[source.info, 'port']]));
    expect(pipeline().named('setEffects').at(-1)).toEqual([session.state.effects]);
  });

  it('closes thumbnails that are replaced, dropped with their object, or come too late', async () => {
    const { session, pipeline } = await started();
    const send = async (id: number) => {
      const bitmap = await picture();
      pipeline().emit({ kind: 'thumbnail', id, bitmap }, [bitmap]);
    };
    const objects = [objectSummary({ id: 1 }), objectSummary({ id: 2 })];
    pipeline().emit({ kind: 'objects', objects, canUndo: false, canRedo: false });
    await send(1);
    await vi.waitFor(() => expect(session.state.thumbnails.size).toBe(1));
    const first = session.state.thumbnails.get(1);
    await send(1);
    await vi.waitFor(() => expect(session.state.thumbnails.get(1)).not.toBe(first));
    expect(first?.width).toBe(0);
    const second = session.state.thumbnails.get(1);
    expect(second?.width).toBe(8);
    pipeline().emit({ kind: 'objects', objects: objects.slice(1), canUndo: true, canRedo: false });
    await vi.waitFor(() => expect(session.state.thumbnails.size).toBe(0));
    expect(second?.width).toBe(0);
  });

  it('selects a new object there too', async () => {
    const { session, pipeline } = await started();
    await session.addObject({ kind: 'point', point: { x: 3, y: 4, inside: true } });
    pipeline().emit({ kind: 'objects', objects: [objectSummary({})], canUndo: true, canRedo: false });
    await vi.waitFor(() => expect(session.state.objects).toHaveLength(1));
    expect(session.state.selectedId).toBe(1);
    expect(pipeline().named('select').at(-1)).toEqual([1]);
  });

  it('reports a tap that was refused, and forgets it at the next that is not', async () => {
    const { session, pipeline } = await started();
    const prompt = { kind: 'point', point: { x: 3, y: 4, inside: true } } as const;
    pipeline().objectAnswer = fail('no-picture-yet', 'No picture.', 'Wait.');
    await session.addObject(prompt);
    expect(session.state.problems).toHaveLength(1);
    pipeline().objectAnswer = null;
    await session.addObject(prompt);
    expect(session.state.problems).toHaveLength(0);
  });

  it('offers to blur what is behind people, until it is blurred', async () => {
    const { session } = await started();
    await session.addPeople();
    expect(session.state.offer).toBe('blur-background');
    session.setEffects({ ...session.state.effects, background: { kind: 'blur', strength: 0.5 } });
    expect(session.state.offer).toBeNull();
  });

  it('steps through readings round and round', async () => {
    const { session, pipeline } = await started();
    pipeline().emit({ kind: 'objects', objects: [objectSummary({})], canUndo: true, canRedo: false });
    await vi.waitFor(() => expect(session.state.selectedId).toBe(1));
    session.stepCandidate(-1);
    session.stepCandidate(1);
    await vi.waitFor(() => expect(pipeline().named('chooseCandidate')).toEqual([[1, 2], [1, 1]])); // prettier-ignore
  });

  it('takes a picture for the background, and refuses what is none', async () => {
    const { session, pipeline } = await started();
    await session.setBackgroundPicture(new Blob(['no picture']));
    expect(session.state.problems.map(({ code }) => code)).toEqual(['picture-unreadable']);
    const drawn = new OffscreenCanvas(320, 200);
    drawn.getContext('2d')?.fillRect(0, 0, 10, 10);
    await session.setBackgroundPicture(await drawn.convertToBlob());
    expect(session.state.problems).toEqual([]);
    expect(session.state.effects.background.kind).toBe('picture');
    await vi.waitFor(() => expect(pipeline().named('setBackgroundPicture')).toEqual([[320]]));
  });
});

describe('sources', () => {
  it('let a newer wish win, and stop what comes late', async () => {
    const slow = new FakeSource({ label: 'slow' });
    const fast = new FakeSource({ label: 'fast' });
    let letSlowCome = (_result: Result<FrameSource>): void => undefined;
    const { session } = await started({
      openSource: (request) =>
        request.kind === 'camera'
          ? new Promise<Result<FrameSource>>((resolve) => (letSlowCome = resolve))
          : Promise.resolve(ok(fast)),
    });
    const first = session.openSource({ kind: 'camera', deviceId: null, height: 720 });
    await session.openSource({ kind: 'sample' });
    letSlowCome(ok(slow));
    await first;
    expect(session.state.source?.label).toBe('fast');
    expect(slow.stopped).toBe(true);
    expect(fast.stopped).toBe(false);
  });

  it('keep the old picture when a new source fails', async () => {
    const camera = new FakeSource();
    const denied = fail('camera-denied', 'Not allowed.', 'Allow it.');
    const { session } = await started({
      openSource: async (request) => (request.kind === 'camera' ? denied : ok(camera)),
    });
    await session.openSource({ kind: 'sample' });
    await session.openSource({ kind: 'camera', deviceId: null, height: 720 });
    expect(session.state).toMatchObject({ source: camera.info, sourceStatus: 'live', problems: [denied.problem] });
    expect(camera.stopped).toBe(false);
  });

  it('say when a camera is lost, and come back', async () => {
    const sources = [new FakeSource(), new FakeSource()];
    let next = 0;
    const { session } = await started({ openSource: async () => ok(sources[next++] ?? new FakeSource()) });
    await session.openSource({ kind: 'camera', deviceId: 'a', height: 720 });
    sources[0]?.end({ code: 'camera-lost', what: 'Gone.', mend: 'Plug it in.' });
    expect(session.state).toMatchObject({ sourceStatus: 'ended', problems: [{ code: 'camera-lost' }] });
    await session.reopenSource();
    expect(session.state).toMatchObject({ sourceStatus: 'live', problems: [] });
  });
});

describe('recordings', () => {
  it('end in a clip, and ask before the page goes while they run', async () => {
    const { session, pipeline } = await started();
    const unguard = guardUnload(session);
    const leaving = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leaving()).toBe(false);
    await session.startRecording();
    expect(leaving()).toBe(true);
    pipeline().emit({
      kind: 'recording',
      progress: { state: 'recording', elapsedMs: 900, bytes: 4000, droppedFrames: 0 },
    });
    await vi.waitFor(() => expect(session.state.recording.bytes).toBe(4000));
    await session.stopRecording();
    expect(session.state.clip).toMatchObject({ fileName: CLIP.fileName, figures: { frames: 150 } });
    expect(leaving()).toBe(false);
    unguard();
  });

  it('do not start when no file is chosen to write to', async () => {
    const { session, pipeline } = await started({ canPickSaveFile: () => true, pickSaveFile: async () => null });
    session.setSaveToDisk(true);
    await session.startRecording();
    expect(session.state.recording.state).toBe('idle');
    expect(pipeline().named('startRecording')).toEqual([]);
  });

  it('of an earlier visit are offered, shown, and gone when they are discarded', async () => {
    const { session, pipeline } = makeSession();
    opened = session;
    const starting = session.start(canvas());
    const stored = { bytes: 4, modifiedMs: 0, saved: false };
    pipeline().stored = [
      { ...stored, fileName: 'b.webm' },
      { ...stored, fileName: 'a.webm', saved: true },
    ];
    await starting;
    expect(session.state.offer).toBe('earlier-recording');
    expect(session.state.stored.map(({ fileName }) => fileName)).toEqual(['b.webm']);
    await session.showClip('b.webm');
    expect(session.state).toMatchObject({ offer: null, clip: { fileName: 'b.webm', bytes: 4, figures: null } });
    await session.discardClip();
    expect(session.state).toMatchObject({ clip: null, stored: [] });
    expect(pipeline().stored.map(({ fileName }) => fileName)).toEqual(['a.webm']);
  });

  it('that were saved are no longer offered', async () => {
    const { session, pipeline } = await started();
    pipeline().stored = [{ fileName: CLIP.fileName, bytes: 64, modifiedMs: 0, saved: false }];
    await session.startRecording();
    await session.stopRecording();
    expect(session.state.stored).toHaveLength(1);
    await session.clipSaved();
    expect(session.state.stored).toEqual([]);
    expect(session.state.clip?.fileName).toBe(CLIP.fileName);
  });

  it('tell what went wrong at the end', async () => {
    const { session, pipeline } = await started();
    await session.startRecording();
    const failed: Result<RecordedClip> = fail('recording-failed', 'The disk is full.', 'Free some space.');
    pipeline().finished = Promise.resolve(failed);
    await session.stopRecording();
    expect(session.state).toMatchObject({ clip: null, recording: { state: 'idle' } });
    expect(session.state.problems.map(({ code }) => code)).toEqual(['recording-failed']);
  });
});

describe('memory', () => {
  it('of effects, settings and format lasts to the next visit', async () => {
    const { session, storage } = await started();
    session.setEffects({ background: { kind: 'blur', strength: 0.25 }, object: { kind: 'none' } });
    session.setFormat('mp4');
    await session.configure({ ...session.state.settings, inputSize: 384 });
    const next = makeSession({ storage });
    expect(next.session.state.effects).toEqual(session.state.effects);
    expect(next.session.state).toMatchObject({ format: 'mp4', settings: { inputSize: 384 } });
  });

  it('is not written for every frame', async () => {
    const { pipeline, session, storage } = await started();
    pipeline().emit({ kind: 'stats', stats: STATS });
    await vi.waitFor(() => expect(session.state.stats).not.toBeNull());
    expect(storage.items.size).toBe(0);
  });
});
