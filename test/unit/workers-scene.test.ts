import { describe, expect, it } from 'vitest';
import { OBJECT_COLOURS } from '../../src/shared/effects.js';
import { newTrack, type Track } from '../../src/tracking/tracker.js';
import {
  addObject,
  edit,
  emptyScene,
  findObject,
  redo,
  undo,
  updateTrack,
  type Scene,
} from '../../src/workers/scene.js';

const tap = (id: number): Track =>
  newTrack(id, 'prompted', { kind: 'point', point: { x: 5, y: 5, inside: true } }, 1000 * id);

const withObjects = (count: number): Scene =>
  Array.from({ length: count }).reduce<Scene>((scene) => addObject(scene, tap(scene.nextId), 'thing'), emptyScene);

const named = (scene: Scene, id: number, name: string): Scene => {
  const object = findObject(scene, id);
  return edit(scene, id, 'identity', object === null ? null : { ...object, name });
};

describe('scene', () => {
  it('gives the first eight objects eight colours, and every object an id of its own', () => {
    const { objects } = withObjects(8);
    expect(new Set(objects.map(({ colour }) => colour)).size).toBe(OBJECT_COLOURS.length);
    expect(objects.map(({ track }) => track.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('selects a new object and forgets the selection with it', () => {
    const scene = withObjects(2);
    expect(scene.selected).toBe(2);
    expect(edit(scene, 2, 'tracking', null).selected).toBeNull();
  });

  it('brings a deleted object back where it was, as it was tracked when it went', () => {
    const tracked = updateTrack(withObjects(3), 2, (track) => ({ ...track, state: 'tracking', score: 0.9 }));
    const restored = undo(edit(tracked, 2, 'tracking', null));
    expect(restored.objects.map(({ track }) => track.id)).toEqual([1, 2, 3]);
    expect(findObject(restored, 2)?.track).toMatchObject({ state: 'tracking', score: 0.9 });
  });

  it('keeps what tracking has learned when a name is undone', () => {
    const tracked = updateTrack(named(withObjects(1), 1, 'mug'), 1, (track) => ({ ...track, score: 0.7 }));
    const undone = undo(tracked);
    expect(findObject(undone, 1)).toMatchObject({ name: 'thing', track: { score: 0.7 } });
    expect(findObject(redo(undone), 1)).toMatchObject({ name: 'mug', track: { score: 0.7 } });
  });

  it('redoes an undone tap with the track as it was when it went, not as a tap that nobody answers', () => {
    const tracked = updateTrack(withObjects(1), 1, (track) => ({ ...track, state: 'tracking', tap: null }));
    const gone = undo(tracked);
    expect(gone.objects).toHaveLength(0);
    expect(findObject(redo(gone), 1)?.track).toMatchObject({ state: 'tracking', tap: null });
  });

  it('cannot redo past a new edit', () => {
    const scene = named(undo(named(withObjects(1), 1, 'a')), 1, 'b');
    expect(scene.undone).toHaveLength(0);
    expect(redo(scene)).toBe(scene);
  });

  it('does not bring back an object that was deleted while its keyframe was on its way', () => {
    const scene = edit(withObjects(1), 1, 'tracking', null);
    expect(updateTrack(scene, 1, (track) => ({ ...track, score: 1 })).objects).toHaveLength(0);
  });
});
