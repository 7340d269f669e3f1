import { OBJECT_COLOURS } from '../shared/effects.js';
import type { ObjectId, ObjectSummary } from '../shared/pipeline-api.js';
import type { Track } from '../tracking/track.js';

/** A followed object as the person knows it. */
export type SceneObject = {
  readonly track: Track;
  readonly name: string;
  readonly colour: string;
  readonly visible: boolean;
};

/**
 * One step that can be undone: what an object was before and after (null = not there).
 * `identity` edits (name, visibility) leave the tracking alone when they are undone; `tracking` edits restore it as well.
 */
export type Edit = {
  readonly id: ObjectId;
  readonly touches: 'identity' | 'tracking';
  readonly before: SceneObject | null;
  readonly after: SceneObject | null;
};

/** All objects in the order they were made, and the edits behind and ahead of now. Immutable. */
export type Scene = {
  readonly objects: readonly SceneObject[];
  readonly selected: ObjectId | null;
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
  readonly nextId: ObjectId;
};

const MAX_EDITS = 100;

export const emptyScene: Scene = { objects: [], selected: null, done: [], undone: [], nextId: 1 };

export const findObject = (scene: Scene, id: ObjectId): SceneObject | null =>
  scene.objects.find((object) => object.track.id === id) ?? null;

export const tracksOf = (scene: Scene): readonly Track[] => scene.objects.map((object) => object.track);

function place(objects: readonly SceneObject[], id: ObjectId, object: SceneObject | null): readonly SceneObject[] {
  if (object === null) return objects.filter((other) => other.track.id !== id);
  return objects.some((other) => other.track.id === id)
    ? objects.map((other) => (other.track.id === id ? object : other))
    : [...objects, object].sort((a, b) => a.track.id - b.track.id);
}

/** Does an edit and remembers it; what was undone before can no longer be redone. */
export function edit(scene: Scene, id: ObjectId, touches: Edit['touches'], after: SceneObject | null): Scene {
  const before = findObject(scene, id);
  return {
    ...scene,
    objects: place(scene.objects, id, after),
    selected: after === null && scene.selected === id ? null : scene.selected,
    done: [...scene.done, { id, touches, before, after }].slice(-MAX_EDITS),
    undone: [],
  };
}

/** The colour that the fewest objects have, earliest first. */
export function nextColour(scene: Scene): string {
  const uses = (colour: string) => scene.objects.filter((object) => object.colour === colour).length;
  return [...OBJECT_COLOURS].sort((a, b) => uses(a) - uses(b))[0] ?? OBJECT_COLOURS[0];
}

/** Adds a new object under `scene.nextId` and selects it. */
export function addObject(scene: Scene, track: Track, name: string): Scene {
  const object: SceneObject = { track, name, colour: nextColour(scene), visible: true };
  return { ...edit(scene, track.id, 'tracking', object), selected: track.id, nextId: track.id + 1 };
}

/** Replaces tracking results without making an undoable step. An object that is gone meanwhile stays gone. */
export function updateTrack(scene: Scene, id: ObjectId, update: (track: Track) => Track): Scene {
  const object = findObject(scene, id);
  return object === null
    ? scene
    : { ...scene, objects: place(scene.objects, id, { ...object, track: update(object.track) }) };
}

function restore(scene: Scene, { id, touches }: Edit, wanted: SceneObject | null): Scene {
  const current = findObject(scene, id);
  const object =
    wanted !== null && current !== null && touches === 'identity' ? { ...wanted, track: current.track } : wanted;
  return {
    ...scene,
    objects: place(scene.objects, id, object),
    selected: object === null ? (scene.selected === id ? null : scene.selected) : id,
  };
}

export function undo(scene: Scene): Scene {
  const last = scene.done.at(-1);
  if (last === undefined) return scene;
  // An object that goes comes back as it was when it went, not as it was when it was made.
  const undone = last.before === null ? { ...last, after: findObject(scene, last.id) ?? last.after } : last;
  return { ...restore(scene, last, last.before), done: scene.done.slice(0, -1), undone: [...scene.undone, undone] };
}

export function redo(scene: Scene): Scene {
  const last = scene.undone.at(-1);
  if (last === undefined) return scene;
  return { ...restore(scene, last, last.after), done: [...scene.done, last], undone: scene.undone.slice(0, -1) };
}

export function summarise({ track, name, colour, visible }: SceneObject): ObjectSummary {
  return {
    id: track.id,
    kind: track.kind,
    name,
    colour,
    visible,
    state: track.state,
    score: track.score,
    box: track.box,
    prompts: track.userPrompts.map(({ prompt }) => prompt),
    candidateScores: track.candidates.map(({ score }) => score),
    chosenCandidate: track.chosenCandidate,
  };
}
