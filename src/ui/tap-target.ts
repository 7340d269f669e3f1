import { boxHeight, boxWidth, type Box, type Point } from '../shared/geometry.js';
import type { ObjectId, ObjectSummary } from '../shared/pipeline-api.js';

/** What a plain tap is about. */
export type TapTarget =
  | { readonly kind: 'new' }
  | { readonly kind: 'select'; readonly id: ObjectId }
  /** It hit the selected object, or one that is still being found: nothing to do. */
  | { readonly kind: 'known'; readonly id: ObjectId };

/** A tap this near to one that is still waiting for its mask is the same tap again. */
const SAME_TAP_PX = 32;

/** The ellipse in a box is a better guess of the object's shape than the box: its corners mostly show something else. */
function isInEllipse(box: Box, { x, y }: Point): boolean {
  const dx = (2 * x - box.x0 - box.x1) / boxWidth(box);
  const dy = (2 * y - box.y0 - box.y1) / boxHeight(box);
  return dx * dx + dy * dy < 1;
}

const areaOf = ({ box }: ObjectSummary): number => (box === null ? 0 : boxWidth(box) * boxHeight(box));

function isAtPendingPrompt({ state, prompts }: ObjectSummary, { x, y }: Point): boolean {
  const last = prompts.at(-1);
  return state === 'pending' && last?.kind === 'point' && Math.hypot(last.point.x - x, last.point.y - y) < SAME_TAP_PX;
}

/**
 * Decides what a plain tap means: the smallest followed object under it is selected, anywhere else a new object starts. The page knows boxes only,
 * so "under it" means inside the ellipse of the box. People are left out: their box covers most of the picture, and a mug in front of
 * them must stay in reach.
 */
export function tapTarget(objects: readonly ObjectSummary[], selectedId: ObjectId | null, point: Point): TapTarget {
  const pending = objects.find((object) => isAtPendingPrompt(object, point));
  if (pending !== undefined) return { kind: 'known', id: pending.id };
  const hit = objects
    .filter(({ kind, visible, state, box }) => {
      return kind === 'prompted' && visible && state !== 'lost' && box !== null && isInEllipse(box, point);
    })
    .sort((a, b) => areaOf(a) - areaOf(b))[0];
  if (hit === undefined) return { kind: 'new' };
  return { kind: hit.id === selectedId ? 'known' : 'select', id: hit.id };
}
