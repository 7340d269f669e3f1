import type { Problem } from '../shared/errors.js';
import { boxCentre } from '../shared/geometry.js';
import type { ObjectId, ObjectSummary, PipelineEvent } from '../shared/pipeline-api.js';
import type { AppState, ObjectMemory } from './app-state.js';

/**
 * The state after one pipeline event. Pure: bitmaps that are no longer in the new state are closed by whoever replaces it.
 * @param nowMs clock of `ObjectMemory.lostAtMs`
 */
export function reduce(state: AppState, event: PipelineEvent, nowMs: number): AppState {
  switch (event.kind) {
    case 'loading': {
      const { loadedBytes, totalBytes, what } = event;
      // After the start nobody says "ready" again: what is loaded later (people) is done with its last byte.
      const done = state.pipelineStatus === 'ready' && loadedBytes >= totalBytes;
      return { ...state, loading: done ? null : { loadedBytes, totalBytes, what } };
    }
    case 'ready':
      return { ...state, pipelineStatus: 'ready', backend: event.backend, loading: null };
    case 'objects':
      return withObjects(state, event, nowMs);
    case 'thumbnail':
      return { ...state, thumbnails: new Map(state.thumbnails).set(event.id, event.bitmap) };
    case 'candidates':
      return { ...state, candidates: new Map(state.candidates).set(event.id, event.bitmaps) };
    case 'stats':
      return { ...state, stats: event.stats, backend: event.stats.backend ?? state.backend };
    case 'recording':
      return { ...state, recording: event.progress };
    case 'source-ended':
      return state.sourceStatus === 'live' ? { ...state, sourceStatus: 'ended' } : state;
    case 'problem':
      return withProblem(state, event.problem);
  }
}

/** Adds a problem as the newest, in the place of an older one of its code. */
export function withProblem(state: AppState, problem: Problem): AppState {
  const others = state.problems.filter((other) => other.code !== problem.code);
  return { ...state, problems: [...others, problem], announcement: `${problem.what} ${problem.mend}` };
}

export function withoutProblem(state: AppState, code: Problem['code']): AppState {
  const problems = state.problems.filter((problem) => problem.code !== code);
  return problems.length === state.problems.length ? state : { ...state, problems };
}

function withObjects(state: AppState, event: Extract<PipelineEvent, { kind: 'objects' }>, nowMs: number): AppState {
  const { objects, canUndo, canRedo } = event;
  const ids = new Set(objects.map((object) => object.id));
  const fresh = objects.filter((object) => !state.objects.some((known) => known.id === object.id)).at(-1);
  const kept = state.selectedId !== null && ids.has(state.selectedId) ? state.selectedId : null;
  return {
    ...state,
    objects,
    canUndo,
    canRedo,
    selectedId: fresh?.id ?? kept,
    memory: new Map(objects.map((object) => [object.id, remember(object, state.memory.get(object.id), nowMs)])),
    thumbnails: onlyOf(ids, state.thumbnails),
    candidates: onlyOf(ids, state.candidates),
    announcement: announce(state.objects, objects) ?? state.announcement,
  };
}

function onlyOf<V>(ids: ReadonlySet<ObjectId>, map: ReadonlyMap<ObjectId, V>): ReadonlyMap<ObjectId, V> {
  return [...map.keys()].every((id) => ids.has(id)) ? map : new Map([...map].filter(([id]) => ids.has(id)));
}

function remember(object: ObjectSummary, before: ObjectMemory | undefined, nowMs: number): ObjectMemory {
  const promptCount = object.prompts.length;
  const kept = before?.promptCount === promptCount ? before.anchor : null;
  return {
    anchor: kept ?? (object.box === null ? null : boxCentre(object.box)),
    promptCount,
    lostAtMs: object.state === 'lost' ? (before?.lostAtMs ?? nowMs) : null,
  };
}

/** What a listener should hear about the change from `before` to `after`; null when nothing worth a sentence happened. */
export function announce(before: readonly ObjectSummary[], after: readonly ObjectSummary[]): string | null {
  const sentences = after.flatMap((object) => {
    const old = before.find((other) => other.id === object.id);
    if (old?.state === object.state) return [];
    if (object.state === 'lost') return [`${object.name} is lost.`];
    if (object.state === 'found') return [`${object.name} is found again.`];
    if (object.state === 'tracking' && old?.state === 'pending') return [`${object.name} is followed.`];
    return [];
  });
  for (const object of before) {
    if (!after.some((other) => other.id === object.id)) sentences.push(`${object.name} is removed.`);
  }
  return sentences.length > 0 ? sentences.join(' ') : null;
}
