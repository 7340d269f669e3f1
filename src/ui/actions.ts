import type { Effects } from '../shared/effects.js';
import type { ProblemCode } from '../shared/errors.js';
import type { Box, Point } from '../shared/geometry.js';
import type { ObjectId, PipelineSettings, RecordingFormat } from '../shared/pipeline-api.js';
import type { PromptPoint } from '../shared/prompt.js';
import type { SourceRequest } from '../session/source.js';

/** What a tap on the stage means for now: a new object, or more about the selected one. */
export type TapMode = 'new' | 'more' | 'less';

/** Everything that a person can ask for. Points and boxes in frame pixels, never mirrored. */
export type Action =
  | { readonly kind: 'stage-ready'; readonly canvas: OffscreenCanvas }
  | { readonly kind: 'tap'; readonly point: Point }
  /** About the selected object: this too, or not this. */
  | { readonly kind: 'say'; readonly point: PromptPoint }
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'preview'; readonly point: Point | null }
  | { readonly kind: 'tap-mode'; readonly mode: TapMode }
  | { readonly kind: 'open-source'; readonly request: SourceRequest }
  | { readonly kind: 'reopen-source' }
  | { readonly kind: 'close-source' }
  | { readonly kind: 'refresh-cameras' }
  | { readonly kind: 'microphone'; readonly on: boolean }
  | { readonly kind: 'choose-file' }
  | { readonly kind: 'add-people' }
  | { readonly kind: 'select'; readonly id: ObjectId | null }
  | { readonly kind: 'select-step'; readonly step: number }
  | { readonly kind: 'rename'; readonly id: ObjectId; readonly name: string }
  | { readonly kind: 'visible'; readonly id: ObjectId; readonly visible: boolean }
  | { readonly kind: 'remove'; readonly id: ObjectId }
  | { readonly kind: 'candidate'; readonly id: ObjectId; readonly index: number }
  | { readonly kind: 'candidate-step'; readonly step: number }
  | { readonly kind: 'toggle-selected' }
  | { readonly kind: 'remove-selected' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'effects'; readonly effects: Effects }
  | { readonly kind: 'background-picture'; readonly file: Blob }
  | { readonly kind: 'blur-background' }
  | { readonly kind: 'dismiss-offer' }
  | { readonly kind: 'compare'; readonly on: boolean }
  | { readonly kind: 'record' }
  | { readonly kind: 'record-pause' }
  | { readonly kind: 'format'; readonly format: RecordingFormat }
  | { readonly kind: 'save-to-disk'; readonly on: boolean }
  | { readonly kind: 'show-clip'; readonly open: boolean }
  /** Makes a stored recording the one on the sheet. */
  | { readonly kind: 'open-clip'; readonly fileName: string }
  | { readonly kind: 'clip-saved' }
  | { readonly kind: 'discard-clip' }
  | { readonly kind: 'play'; readonly on: boolean }
  | { readonly kind: 'seek'; readonly time: number }
  | { readonly kind: 'loop'; readonly on: boolean }
  | { readonly kind: 'configure'; readonly settings: PipelineSettings }
  | { readonly kind: 'restart' }
  | { readonly kind: 'dismiss'; readonly code: ProblemCode }
  | { readonly kind: 'full-screen' }
  | { readonly kind: 'help'; readonly open: boolean };

/** How elements ask: bubbles through shadow roots up to `<live-roto-app>`. */
export class ActionEvent extends Event {
  static readonly type = 'live-roto-action';
  readonly action: Action;

  constructor(action: Action) {
    super(ActionEvent.type, { bubbles: true, composed: true });
    this.action = action;
  }
}

export const ask = (from: EventTarget, action: Action): boolean => from.dispatchEvent(new ActionEvent(action));
