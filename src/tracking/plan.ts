import { boxContains, type Box, type Size, type Viewport } from '../shared/geometry.js';
import type { MaskGrid } from '../shared/mask.js';
import type { ObjectPrompt } from '../shared/segmentation.js';
import { insideArea, maskShape, type MaskShape } from './mask-geometry.js';
import { freshTaps, wantsFreshLook } from './regrow.js';
import { searchLook } from './search.js';
import { nextTapLook } from './tap.js';
import { NO_PROMPT, type Ask, type Claim, type KeyframeRequest, type Track } from './track.js';
import { atLeast, sharedView, squareInput, trimmedLook, viewOnOld } from './viewport.js';

/** What the planner is told about the newest frame. */
export type PlanContext = {
  readonly frame: Size;
  readonly nowUs: number;
  /** Longer side of the model's input, pixels. */
  readonly maxInputSize: number;
  /** A mask carried to the newest frame; null when it cannot be (too old, or before a cut). `rough` = it costs little and may be off by a few pixels. */
  readonly carry: (mask: MaskGrid, detail?: 'rough') => MaskGrid | null;
  /** Whether an engine of each kind is idle. */
  readonly promptableReady: boolean;
  readonly peopleReady: boolean;
};

/** How often a lost object is looked for. */
const SEARCH_EVERY_US = 80_000;
/** How often a followed object is seen with all that is around it, though less would do. */
const LOOKS_ROUND_EVERY_US = 400_000;
/** The most objects decoded on one look: each costs a decode. */
const MOST_SHARED = 8;
/** Share of its usual area below which an object is half hidden. */
const HIDDEN = 0.85;
/** Side of an object's box over the square root of its area, about. */
const USUAL_SIDE = 1.3;

/** What to look at next, or null when nothing needs it or no engine is idle. Follow it with {@link markAsked}. */
export function planKeyframe(tracks: readonly Track[], context: PlanContext): KeyframeRequest | null {
  if (context.promptableReady) {
    const request = planTap(tracks, context) ?? planFollow(tracks, context);
    if (request !== null) return request;
  }
  return context.peopleReady ? planPeople(tracks, context) : null;
}

/** Notes in every asked track that it has had its turn. */
export function markAsked(tracks: readonly Track[], request: KeyframeRequest): Track[] {
  const asked = new Set(request.asks.map(({ id }) => id));
  return tracks.map((track) => {
    if (!asked.has(track.id)) return track;
    const tap =
      request.purpose === 'tap' && track.tap !== null ? { ...track.tap, looks: track.tap.looks + 1 } : track.tap;
    const fresh = request.asks.some(({ id, fresh }) => fresh !== undefined && id === track.id);
    return { ...track, tap, askedUs: request.timestampUs, freshUs: fresh ? request.timestampUs : track.freshUs };
  });
}

const byWaiting = (tracks: readonly Track[]): Track[] => [...tracks].sort((a, b) => a.askedUs - b.askedUs);

/** A tap comes before everything else; only its first look is urgent, but the frame it holds should be let go of soon. */
function planTap(tracks: readonly Track[], { frame, maxInputSize }: PlanContext): KeyframeRequest | null {
  const waiting = tracks.filter((track) => track.tap !== null && !isAnswering(track));
  for (const track of waiting.sort((a, b) => (a.tap?.answers.length ?? 0) - (b.tap?.answers.length ?? 0))) {
    const look = nextTapLook(track, frame, maxInputSize);
    if (look === null || track.tap === null) continue;
    return {
      purpose: 'tap',
      engine: 'promptable',
      timestampUs: track.tap.timestampUs,
      frame,
      viewport: look.viewport,
      input: look.input,
      asks: [{ id: track.id, prompt: look.prompt, carried: track.tap.corrects }],
    };
  }
  return null;
}

/** A look of this tap is on its way: looks follow one another, since each may need the answer of the one before. */
const isAnswering = ({ tap }: Track): boolean => tap !== null && tap.looks > tap.answers.length;

function planPeople(tracks: readonly Track[], { frame, nowUs, carry }: PlanContext): KeyframeRequest | null {
  const people = tracks.filter((track) => track.kind === 'people' && track.askedUs < nowUs);
  if (people.length === 0) return null;
  return {
    purpose: 'track',
    engine: 'people',
    timestampUs: nowUs,
    frame,
    viewport: { x: 0, y: 0, width: frame.width, height: frame.height },
    input: { width: 256, height: 256 },
    asks: people.map(({ id, mask }) => ({ id, prompt: NO_PROMPT, carried: mask === null ? null : carry(mask) })),
  };
}

type Followed = {
  readonly ask: Ask;
  readonly track: Track;
  /** What a view on it must hold: the box of its main parts, or as much as it used to cover; null = the object must be searched for. */
  readonly holds: Box | null;
};

/** Follows the object that has waited longest, and with it every other that fits into its view; or searches, if that one is lost. */
function planFollow(tracks: readonly Track[], context: PlanContext): KeyframeRequest | null {
  const { nowUs } = context;
  const due = byWaiting(tracks).filter(
    (track) => track.kind === 'prompted' && track.tap === null && track.mask !== null && track.askedUs < nowUs,
  );
  const followed = due
    .map((track) => followedOf(track, context))
    .filter(({ track, holds }) => holds !== null || nowUs - track.askedUs >= SEARCH_EVERY_US);
  const first = followed[0];
  if (first === undefined) return null;
  const claims = claimsOf(tracks, context);
  if (first.holds === null) return searchRequest(followed, claims, context);
  return followRequest(first, first.holds, followed, claims, context);
}

/** Where the objects that are surely followed lie now. One object alone has nobody to be kept apart from. */
function claimsOf(tracks: readonly Track[], { carry }: PlanContext): Claim[] {
  const prompted = tracks.filter(({ kind }) => kind === 'prompted');
  if (prompted.length < 2) return [];
  const sure = prompted.filter(({ state }) => state === 'tracking' || state === 'found');
  return sure.flatMap(({ id, mask, usualArea }) => {
    const carried = mask === null ? null : carry(mask);
    if (carried === null) return [];
    const area = insideArea(carried);
    return [{ id, mask: carried, hidden: area < HIDDEN * usualArea ? Math.sqrt(usualArea) - Math.sqrt(area) : 0 }];
  });
}

function followedOf(track: Track, { carry, nowUs }: PlanContext): Followed {
  const mask = track.state === 'lost' ? (track.search.trial?.mask ?? null) : track.mask;
  const carried = mask === null ? null : carry(mask);
  const shape = carried === null ? null : maskShape(carried);
  const ask: Ask = { id: track.id, prompt: NO_PROMPT, carried };
  if (shape === null) return { ask, track, holds: null };
  const prompt = followPrompt(track, carried, shape);
  if (!wantsFreshLook(track, shape.area, nowUs)) return { ask: { ...ask, prompt }, track, holds: shape.box };
  const fresh = { ...prompt, points: freshTaps(track, shape), box: null, mask: null };
  return { ask: { ...ask, prompt, fresh }, track, holds: atLeast(shape.box, USUAL_SIDE * Math.sqrt(track.usualArea)) };
}

/** The prompt that carries an object on: box and anchor of its main parts, the carried mask itself, and how it looked. */
function followPrompt(track: Track, mask: MaskGrid | null, shape: MaskShape): ObjectPrompt {
  return {
    points: [{ ...shape.anchor, inside: true }],
    box: shape.box,
    mask,
    target: track.appearance.first?.target ?? null,
    distractor: track.appearance.first?.distractor ?? null,
  };
}

function followRequest(
  first: Followed,
  holds: Box,
  followed: readonly Followed[],
  claims: readonly Claim[],
  { frame, nowUs, maxInputSize, carry }: PlanContext,
): KeyframeRequest {
  let square = viewOnOld(holds, frame, nowUs - (first.track.mask?.timestampUs ?? nowUs));
  const asked = [first];
  const boxes = [holds];
  for (const other of followed) {
    if (other === first || other.holds === null || asked.length >= MOST_SHARED) continue;
    const shared = sharedView([...boxes, other.holds], frame);
    if (shared === null) continue;
    square = shared;
    boxes.push(other.holds);
    asked.push(other);
  }
  const look = showsEnough(first.track, claims, nowUs)
    ? trimmedLook(square, holds, frame, maxInputSize)
    : { viewport: square, input: squareInput(maxInputSize) };
  return {
    purpose: 'track',
    engine: 'promptable',
    timestampUs: nowUs,
    frame,
    ...look,
    asks: asked.map(({ ask, track: { bystanders } }) => {
      const known = bystanders === null ? null : carry(bystanders, 'rough');
      return withTapsInView(known === null ? ask : { ...ask, bystanders: known }, look.viewport);
    }),
    claims,
  };
}

/**
 * Whether a view needs no more around an object than the model does to see its edge: not one that may be elsewhere, or be taken for another. Now and then
 * even then, or something that looks like it would be beside it unseen.
 */
function showsEnough({ state, bystanders, askedUs }: Track, claims: readonly Claim[], nowUs: number): boolean {
  const looksRound = Math.floor(nowUs / LOOKS_ROUND_EVERY_US) !== Math.floor(askedUs / LOOKS_ROUND_EVERY_US);
  return state === 'tracking' && bystanders === null && claims.length === 0 && !looksRound;
}

/** A tap that the view does not show says nothing to the model. */
function withTapsInView(ask: Ask, { x, y, width, height }: Viewport): Ask {
  if (ask.fresh === undefined) return ask;
  const seen = { x0: x, y0: y, x1: x + width, y1: y + height };
  return { ...ask, fresh: { ...ask.fresh, points: ask.fresh.points.filter((tap) => boxContains(seen, tap)) } };
}

function searchRequest(
  followed: readonly Followed[],
  claims: readonly Claim[],
  { frame, nowUs, maxInputSize }: PlanContext,
): KeyframeRequest {
  const lost = followed.filter(({ holds }) => holds === null);
  const look = searchLook(lost[0]!.track, frame, maxInputSize);
  const places = lost[0]!.track.search.places.length;
  const lookers = places > 0 ? lost.slice(0, 1) : lost.filter(({ track }) => track.search.places.length === 0);
  const asks: Ask[] = lookers.map(({ track }) => ({ id: track.id, prompt: NO_PROMPT, carried: null }));
  return { purpose: 'search', engine: 'promptable', timestampUs: nowUs, frame, ...look, asks, claims };
}
