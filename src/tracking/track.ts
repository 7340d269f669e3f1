import { boxCentre, boxHeight, boxWidth, type Box, type Point, type Size, type Viewport } from '../shared/geometry.js';
import type { Candidate, MaskGrid } from '../shared/mask.js';
import type { ObjectId, ObjectKind, ObjectState } from '../shared/pipeline-api.js';
import type { UserPrompt } from '../shared/prompt.js';
import type { FeatureMap, ObjectPrompt } from '../shared/segmentation.js';
import { learnAppearance, type AppearanceMemory } from './appearance.js';
import { insideArea, maskShape, partsOf } from './mask-geometry.js';

/** What was said, and on which frame. */
export type PlacedPrompt = { readonly prompt: UserPrompt; readonly timestampUs: number };

/** A tap, box or correction still being answered, one view after the other, all on the frame it was made on (see {@link heldFrames}). */
export type PendingTap = {
  readonly timestampUs: number;
  /** What each view so far has given, in the order of the views. */
  readonly answers: readonly (readonly Candidate[])[];
  /** How many views have been asked for: one more than `answers` while one is on its way. */
  readonly looks: number;
  /** The mask that is being corrected, on the tapped frame; null when the prompt is the first. */
  readonly corrects: MaskGrid | null;
};

/** A mask that may be a lost object. It is followed unseen until it has proved itself. */
export type Trial = {
  readonly mask: MaskGrid;
  /** Good answers so far; a fair one counts for a half. */
  readonly passed: number;
  /** All answers so far. */
  readonly asked: number;
};

/** How the search for a lost object goes on. */
export type SearchMemory = {
  /** Places still to be looked at closely, best first, frame pixels; empty = the whole frame is next. */
  readonly places: readonly Point[];
  readonly trial: Trial | null;
  /** Where something was seen that is not the object, and until when (frame time) nothing there is looked at again. */
  readonly refused: readonly Refused[];
};

export type Refused = { readonly box: Box; readonly untilUs: number };

/** What {@link SearchMemory} begins with. */
export const NOT_SEARCHED: SearchMemory = { places: [], trial: null, refused: [] };

/** Everything known about one followed object. Immutable: every step returns a new one. */
export type Track = {
  readonly id: ObjectId;
  readonly kind: ObjectKind;
  readonly state: ObjectState;
  readonly userPrompts: readonly PlacedPrompt[];
  readonly tap: PendingTap | null;
  /** The newest keyframe's mask, smoothed; belongs to its own `timestampUs`. Null while pending. Kept, but stale, while lost. */
  readonly mask: MaskGrid | null;
  /** Masks of the keyframes before, newest first: frames that are shown late may be nearer to them than to `mask`. */
  readonly earlier: readonly MaskGrid[];
  /** Predicted IoU of the newest answer, 0..1. */
  readonly score: number;
  /** Box of the main parts of `mask`, frame pixels. */
  readonly box: Box | null;
  /** Usual area inside, frame pixels squared (a slow geometric mean over sure answers); 0 = not known yet. */
  readonly usualArea: number;
  /** Readings of the last tap, best first; each belongs to the frame of its own mask. */
  readonly candidates: readonly Candidate[];
  readonly chosenCandidate: number;
  readonly appearance: AppearanceMemory;
  /** When a keyframe was last asked for, frame time; -Infinity = never. */
  readonly askedUs: number;
  /** When it was last asked about without its mask and box, frame time; -Infinity = never. */
  readonly freshUs: number;
  /** Where, on the frame of `mask`, something lies beside it that looks like the object; null = nothing does. Frame pixels. */
  readonly missing: Point | null;
  /** Since when no answer has looked like the object, frame time; null = the last one did. */
  readonly unlikeSinceUs: number | null;
  /** Keyframes in a row that were weak; counts towards `unsure` and `lost`. */
  readonly weak: number;
  /** Objects that have been seen beside this one since it was last tapped: what covers one of them is not this. */
  readonly apartFrom: readonly ObjectId[];
  /** Frame time of the last change of `state`. */
  readonly sinceUs: number;
  /** What looks like the object beside it and is not, on the frame of `mask`; null = nothing does. See `bystandersOf`. */
  readonly bystanders: MaskGrid | null;
  /** Whether there have been any since it was last tapped. */
  readonly hasDouble: boolean;
  readonly search: SearchMemory;
};

export type Ask = {
  readonly id: ObjectId;
  readonly prompt: ObjectPrompt;
  /** The track's mask carried to the request's frame; null when there is none. */
  readonly carried: MaskGrid | null;
  /** The track's bystanders carried there; left out = none. */
  readonly bystanders?: MaskGrid;
  /** Asked beside the prompt: the same without mask and box, so that a part that was lost can come back. */
  readonly fresh?: ObjectPrompt;
};

/** Every prompt of a request, in the order of its asks. */
export const promptsOf = ({ asks }: KeyframeRequest): ObjectPrompt[] =>
  asks.flatMap(({ prompt, fresh }) => (fresh === undefined ? [prompt] : [prompt, fresh]));

/** What the model gave for one ask; no candidates where the look could not be made. */
export type Answer = {
  readonly id: ObjectId;
  readonly candidates: readonly Candidate[];
  /** For the ask's `fresh` prompt. */
  readonly fresh: readonly Candidate[];
};

/** @param objects what the model gave for each of {@link promptsOf} */
export function answersTo({ asks }: KeyframeRequest, objects: readonly (readonly Candidate[])[]): Answer[] {
  let next = 0;
  return asks.map(({ id, fresh }) => ({
    id,
    candidates: objects[next++] ?? [],
    fresh: fresh === undefined ? [] : (objects[next++] ?? []),
  }));
}

/**
 * One look at one frame: encode `viewport` at `input` pixels, then decode every ask on it.
 * - `tap`: answers a person. Looks at the frame of `timestampUs`, which is the frame tapped on, not the newest.
 * - `track`: follows objects on the newest frame. What is doubtful (`planAnew`) is decoded once more on the same embedding before `applyKeyframe`.
 * - `search`: looks for lost objects on the newest frame, in two decodes: encode with no prompts, ask `planSearch` for each track where to
 *   look, decode those prompts on the same embedding, then `applySearch`.
 */
export type KeyframeRequest = {
  readonly purpose: 'tap' | 'track' | 'search';
  readonly engine: 'promptable' | 'people';
  readonly timestampUs: number;
  readonly frame: Size;
  readonly viewport: Viewport;
  /** Model input, pixels, multiples of 32. */
  readonly input: Size;
  readonly asks: readonly Ask[];
  /** Where the objects that are surely followed lie on this frame; left out = nobody else is there. */
  readonly claims?: readonly Claim[];
};

/** The place of one followed object. */
export type Claim = {
  readonly id: ObjectId;
  /** Its mask carried to the request's frame. */
  readonly mask: MaskGrid;
  /** How far beyond the mask the rest of it may lie, frame pixels: 0 unless it covers clearly less than it usually does. */
  readonly hidden: number;
};

/** The place of something that looks like a followed object and that nobody follows. */
export type Bystander = { readonly id: null; readonly mask: MaskGrid; readonly hidden: 0 };

export const askOf = ({ asks }: KeyframeRequest, id: ObjectId): Ask | undefined => asks.find((ask) => ask.id === id);

/** Bystanders on a request's frame, unless the track has let go of them since (another reading was chosen). */
export const bystandersOn = (request: KeyframeRequest, { id, bystanders }: Track): MaskGrid | null =>
  bystanders === null ? null : (askOf(request, id)?.bystanders ?? null);

/** What a track is kept apart from on a request's frame: the others that are followed, and each bystander. */
export function claimsFor(track: Track, request: KeyframeRequest): readonly (Claim | Bystander)[] {
  const { claims = [] } = request;
  const mask = bystandersOn(request, track);
  if (mask === null) return claims;
  return [...claims, ...partsOf(mask).map((part): Bystander => ({ id: null, mask: part, hidden: 0 }))];
}

export const NO_PROMPT: ObjectPrompt = { points: [], box: null, mask: null, target: null, distractor: null };

/** A new object. People need no prompt. */
export function newTrack(id: ObjectId, kind: ObjectKind, prompt: UserPrompt | null, timestampUs: number): Track {
  return {
    id,
    kind,
    state: 'pending',
    userPrompts: prompt === null ? [] : [{ prompt, timestampUs }],
    tap: prompt === null ? null : { timestampUs, answers: [], looks: 0, corrects: null },
    mask: null,
    earlier: [],
    score: 0,
    box: null,
    usualArea: 0,
    candidates: [],
    chosenCandidate: 0,
    appearance: { first: null, gallery: [], usual: null },
    askedUs: -Infinity,
    freshUs: -Infinity,
    missing: null,
    unlikeSinceUs: null,
    weak: 0,
    apartFrom: [],
    bystanders: null,
    hasDouble: false,
    sinceUs: timestampUs,
    search: NOT_SEARCHED,
  };
}

/** An object whose mask is known already on one frame (benchmarks; objects restored from a file). */
export function newTrackFromMask(id: ObjectId, mask: MaskGrid, appearance: FeatureMap | null): Track {
  const first = appearance === null ? null : learnAppearance(appearance, mask);
  return {
    ...newTrack(id, 'prompted', null, mask.timestampUs),
    state: 'tracking',
    mask,
    score: 1,
    box: maskShape(mask)?.box ?? null,
    usualArea: insideArea(mask),
    appearance: { first, gallery: [], usual: null },
  };
}

/**
 * One more prompt for an object ("this too", "not this"): it is decoded again on that frame with every prompt given on it.
 * @param carried the track's mask on that frame, null when it cannot be carried there
 */
export function addUserPrompt(track: Track, prompt: UserPrompt, timestampUs: number, carried: MaskGrid | null): Track {
  const corrects = track.state === 'lost' ? null : carried;
  return {
    ...track,
    userPrompts: [...track.userPrompts, { prompt, timestampUs }],
    tap: { timestampUs, answers: [], looks: 0, corrects },
  };
}

/** A reading of an earlier frame, placed where the object is now: moved and scaled as the reading that has been followed since. */
function broughtAlong(track: Track, { mask: reading }: Candidate): MaskGrid {
  const { mask, box: now } = track;
  const followed = track.candidates[track.chosenCandidate];
  const then = followed === undefined ? undefined : maskShape(followed.mask)?.box;
  if (mask === null || now === null || then === undefined || mask.timestampUs === reading.timestampUs) return reading;
  const scale = Math.sqrt((boxWidth(now) * boxHeight(now)) / (boxWidth(then) * boxHeight(then)));
  const [from, to] = [boxCentre(then), boxCentre(now)];
  const { x, y, width, height } = reading.viewport;
  return {
    ...reading,
    viewport: {
      x: to.x + (x - from.x) * scale,
      y: to.y + (y - from.y) * scale,
      width: width * scale,
      height: height * scale,
    },
    timestampUs: mask.timestampUs,
  };
}

/** Shows another reading of the last tap, and follows it from where the object is now. Out of range = no change. */
export function chooseCandidate(track: Track, index: number): Track {
  const candidate = track.candidates[index];
  if (candidate === undefined || index === track.chosenCandidate) return track;
  const mask = broughtAlong(track, candidate);
  return {
    ...track,
    chosenCandidate: index,
    // Answers of further looks, which would choose again, come too late.
    tap: null,
    mask,
    earlier: [],
    score: candidate.score,
    box: maskShape(mask)?.box ?? null,
    state: 'tracking',
    weak: 0,
    unlikeSinceUs: null,
    sinceUs: mask.timestampUs,
    // What was learned belongs to the other reading.
    missing: null,
    bystanders: null,
    hasDouble: false,
    usualArea: insideArea(mask),
    appearance: { first: null, gallery: [], usual: null },
  };
}

/** The mask that was made nearest to the frame of `timeUs`; null while there is none. */
export function maskNear({ mask, earlier }: Track, timeUs: number): MaskGrid | null {
  if (mask === null) return null;
  const away = ({ timestampUs }: MaskGrid): number => Math.abs(timestampUs - timeUs);
  return earlier.reduce((best, other) => (away(other) < away(best) ? other : best), mask);
}

/** Frame times that must be kept because a tap on them is still being answered. */
export const heldFrames = (tracks: readonly Track[]): number[] =>
  tracks.flatMap((track) => (track.tap === null ? [] : [track.tap.timestampUs]));
