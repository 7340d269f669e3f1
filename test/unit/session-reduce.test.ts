import { describe, expect, it } from 'vitest';
import { INITIAL_STATE, type AppState } from '../../src/session/app-state.js';
import { announce, reduce, withoutProblem, withProblem } from '../../src/session/reduce.js';
import type { ObjectSummary } from '../../src/shared/pipeline-api.js';
import { objectSummary } from '../helpers/fake-pipeline.js';

const object = (part: Partial<ObjectSummary>): ObjectSummary =>
  objectSummary({ box: { x0: 10, y0: 10, x1: 30, y1: 50 }, candidateScores: [], ...part });

const withObjects = (state: AppState, objects: readonly ObjectSummary[], nowMs = 0): AppState =>
  reduce(state, { kind: 'objects', objects, canUndo: true, canRedo: false }, nowMs);

describe('reduce', () => {
  it('shows progress while loading, and ends it when the pipeline is ready', () => {
    const loading = reduce(INITIAL_STATE, { kind: 'loading', loadedBytes: 5, totalBytes: 10, what: 'model' }, 0);
    expect(loading.loading).toEqual({ loadedBytes: 5, totalBytes: 10, what: 'model' });
    const ready = reduce(loading, { kind: 'ready', backend: 'wasm' }, 0);
    expect(ready).toMatchObject({ loading: null, pipelineStatus: 'ready', backend: 'wasm' });
    const more = reduce(ready, { kind: 'loading', loadedBytes: 9, totalBytes: 10, what: 'people' }, 0);
    expect(more.loading?.loadedBytes).toBe(9);
    expect(reduce(more, { kind: 'loading', loadedBytes: 10, totalBytes: 10, what: 'people' }, 0).loading).toBeNull();
  });

  it('selects a new object, keeps the selection, and drops it with its object', () => {
    const one = withObjects(INITIAL_STATE, [object({ id: 1 })]);
    expect(one.selectedId).toBe(1);
    const two = withObjects(one, [object({ id: 1 }), object({ id: 2 })]);
    expect(two.selectedId).toBe(2);
    expect(withObjects(two, [object({ id: 1, score: 0.5 }), object({ id: 2 })]).selectedId).toBe(2);
    expect(withObjects(two, [object({ id: 1 })]).selectedId).toBeNull();
  });

  it('remembers where an object was when its newest prompt was answered', () => {
    const asked = withObjects(INITIAL_STATE, [object({ state: 'pending', box: null })]);
    expect(asked.memory.get(1)?.anchor).toBeNull();
    const answered = withObjects(asked, [object({})]);
    expect(answered.memory.get(1)?.anchor).toEqual({ x: 20, y: 30 });
    const moved = object({ box: { x0: 110, y0: 10, x1: 130, y1: 50 } });
    const later = withObjects(answered, [moved]);
    expect(later.memory.get(1)?.anchor).toEqual({ x: 20, y: 30 });
    const prompts = [...moved.prompts, { kind: 'point', point: { x: 125, y: 12, inside: true } }] as const;
    expect(withObjects(later, [{ ...moved, prompts }]).memory.get(1)?.anchor).toEqual({ x: 120, y: 30 });
  });

  it('remembers since when an object is lost', () => {
    const lost = withObjects(withObjects(INITIAL_STATE, [object({})]), [object({ state: 'lost' })], 500);
    expect(lost.memory.get(1)?.lostAtMs).toBe(500);
    expect(withObjects(lost, [object({ state: 'lost' })], 900).memory.get(1)?.lostAtMs).toBe(500);
    expect(withObjects(lost, [object({ state: 'found' })], 900).memory.get(1)?.lostAtMs).toBeNull();
  });

  it('holds one problem of each code, the newest last', () => {
    const lost = { code: 'camera-lost', what: 'Gone.', mend: 'Plug it in.' } as const;
    const busy = { code: 'camera-busy', what: 'Busy.', mend: 'Close it.' } as const;
    const both = withProblem(withProblem(withProblem(INITIAL_STATE, lost), busy), { ...lost, what: 'Gone again.' });
    expect(both.problems.map(({ what }) => what)).toEqual(['Busy.', 'Gone again.']);
    expect(both.announcement).toBe('Gone again. Plug it in.');
    expect(withoutProblem(both, 'camera-busy').problems).toHaveLength(1);
    expect(withoutProblem(both, 'no-webgl2')).toBe(both);
  });

  it('takes the end of a source for its own only while it is shown', () => {
    const ended = { kind: 'source-ended', opened: 3, closed: 3 } as const;
    expect(reduce({ ...INITIAL_STATE, sourceStatus: 'live' }, ended, 0).sourceStatus).toBe('ended');
    expect(reduce({ ...INITIAL_STATE, sourceStatus: 'opening' }, ended, 0).sourceStatus).toBe('opening');
  });
});

describe('announce', () => {
  it('says what changed, and nothing when nothing did', () => {
    expect(announce([object({})], [object({ score: 0.1 })])).toBeNull();
    expect(announce([object({})], [object({ state: 'lost' })])).toBe('Mug is lost.');
    expect(announce([object({ state: 'lost' })], [object({ state: 'found' })])).toBe('Mug is found again.');
    expect(announce([object({ state: 'pending' })], [object({})])).toBe('Mug is followed.');
    expect(announce([object({}), object({ id: 2, name: 'Dog' })], [object({ state: 'lost' })])).toBe(
      'Mug is lost. Dog is removed.',
    );
  });
});
