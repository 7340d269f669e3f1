/** What has the focus: the stage (or nothing), something to type in, or another control. */
export type KeyContext = 'stage' | 'text' | 'control';

export type KeyPress = {
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly repeat: boolean;
};

/** `move` in reticle steps. */
export type Command =
  | { readonly kind: 'move'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'fire'; readonly intent: 'tap' | 'more' | 'less' }
  | { readonly kind: 'box-mode' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'next-object'; readonly step: number }
  | { readonly kind: 'candidate'; readonly step: number }
  | { readonly kind: 'undo' | 'redo' | 'toggle-visible' | 'remove' | 'record' | 'compare' | 'full-screen' | 'help' };

const BIG_STEP = 8;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const STAGE_KEYS: Readonly<Record<string, Command>> = {
  Enter: { kind: 'fire', intent: 'tap' },
  ' ': { kind: 'fire', intent: 'tap' },
  '+': { kind: 'fire', intent: 'more' },
  '=': { kind: 'fire', intent: 'more' },
  '-': { kind: 'fire', intent: 'less' },
  '−': { kind: 'fire', intent: 'less' },
  b: { kind: 'box-mode' },
  Escape: { kind: 'cancel' },
};

const PAGE_KEYS: Readonly<Record<string, Command>> = {
  '[': { kind: 'candidate', step: -1 },
  ']': { kind: 'candidate', step: 1 },
  h: { kind: 'toggle-visible' },
  Delete: { kind: 'remove' },
  Backspace: { kind: 'remove' },
  r: { kind: 'record' },
  c: { kind: 'compare' },
  f: { kind: 'full-screen' },
  '?': { kind: 'help' },
};

/** Keys that make no sense more than once while they are held. */
const ONCE: ReadonlySet<Command['kind']> = new Set(['fire', 'remove', 'record', 'full-screen', 'help', 'box-mode']);

/** What a key press means; null when it is not ours. Letters count in either case, a Mac's Command key as Ctrl. */
export function commandOf(press: KeyPress, context: KeyContext): Command | null {
  if (context === 'text' || press.alt) return null;
  const command = press.ctrl ? withCtrl(press) : plain(press, context);
  return command !== null && press.repeat && ONCE.has(command.kind) ? null : command;
}

function withCtrl({ key, shift }: KeyPress): Command | null {
  if (key.toLowerCase() === 'z') return { kind: shift ? 'redo' : 'undo' };
  if (key.toLowerCase() === 'y') return { kind: 'redo' };
  return null;
}

function plain({ key, shift }: KeyPress, context: KeyContext): Command | null {
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (context === 'stage') {
    const arrow = ARROWS[name];
    if (arrow !== undefined) {
      const size = shift ? BIG_STEP : 1;
      return { kind: 'move', dx: arrow[0] * size, dy: arrow[1] * size };
    }
    if (name === 'Tab') return { kind: 'next-object', step: shift ? -1 : 1 };
    const onStage = STAGE_KEYS[name];
    if (onStage !== undefined) return onStage;
  }
  return PAGE_KEYS[name] ?? null;
}

/** The press of a keyboard event. */
export const pressOf = (event: KeyboardEvent): KeyPress => ({
  key: event.key,
  shift: event.shiftKey,
  ctrl: event.ctrlKey || event.metaKey,
  alt: event.altKey,
  repeat: event.repeat,
});

const TYPED_IN = new Set(['text', 'search', 'number', 'email', 'url', 'color']);

/** Looks through shadow roots at what the event is really aimed at. */
export function contextOf(event: KeyboardEvent, stage: Element): KeyContext {
  const path = event.composedPath();
  const target = path[0];
  if (path.includes(stage) || target === document.body || target === document.documentElement) return 'stage';
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return 'text';
  if (target instanceof HTMLInputElement) return TYPED_IN.has(target.type) ? 'text' : 'control';
  return 'control';
}
