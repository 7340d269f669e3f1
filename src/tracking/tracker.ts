/**
 * The facade of tracking: what the pipeline worker calls for each frame and each keyframe. Everything is pure: state in, state out.
 *
 * A frame: `observeLuma`; `maskNear` gives each track's mask for it; per time that some mask belongs to `flowTo`, then `carryMask`.
 * A keyframe: `planKeyframe` → `markAsked` → (encode, decode) → `planAnew` per asked track → decode those → `applyKeyframe`. A `search` request: encode without prompts →
 * `planSearch` per asked track → decode those → `applySearch` (with no candidates where planSearch gave null).
 */
export { applyKeyframe } from './apply.js';
export { planAnew } from './doubt.js';
export { markAsked, planKeyframe, type PlanContext } from './plan.js';
export { applySearch, planSearch } from './search.js';
export { firstTapView } from './tap.js';
export {
  addUserPrompt,
  answersTo,
  chooseCandidate,
  heldFrames,
  maskNear,
  newTrack,
  newTrackFromMask,
  promptsOf,
  type Ask,
  type KeyframeRequest,
  type PendingTap,
  type PlacedPrompt,
  type Track,
} from './track.js';
