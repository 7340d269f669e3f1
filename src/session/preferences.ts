import { DEFAULT_EFFECTS, type BackgroundEffect, type Effects, type ObjectEffect } from '../shared/effects.js';
import { DEFAULT_SETTINGS, type PipelineSettings, type RecordingFormat } from '../shared/pipeline-api.js';

/** What is remembered from one visit to the next, in this browser only. */
export type Preferences = {
  readonly effects: Effects;
  readonly settings: PipelineSettings;
  readonly format: RecordingFormat;
  readonly saveToDisk: boolean;
  readonly microphone: boolean;
};

export const DEFAULT_PREFERENCES: Preferences = {
  effects: DEFAULT_EFFECTS,
  settings: DEFAULT_SETTINGS,
  format: 'webm',
  saveToDisk: false,
  microphone: false,
};

const VERSION = 1;
const KEY = 'liveroto';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isColour = (value: unknown): value is string => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
const isNumberIn = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max;

/** One of `options`, else the first of them. */
const oneOf = <T>(value: unknown, options: readonly [T, ...T[]]): T =>
  options.find((option) => option === value) ?? options[0];

const autoOr = (value: unknown, min: number, max: number, step = 1): number | 'auto' =>
  isNumberIn(value, min, max) && value % step === 0 ? value : 'auto';

function readBackground(value: unknown): BackgroundEffect {
  if (!isFields(value)) return DEFAULT_EFFECTS.background;
  switch (value['kind']) {
    case 'keep':
      return { kind: 'keep' };
    case 'transparent':
      return { kind: 'transparent' };
    case 'blur':
      return isNumberIn(value['strength'], 0, 1)
        ? { kind: 'blur', strength: value['strength'] }
        : DEFAULT_EFFECTS.background;
    case 'colour':
      return isColour(value['colour']) ? { kind: 'colour', colour: value['colour'] } : DEFAULT_EFFECTS.background;
    default:
      // `picture` too: the picture itself is not kept.
      return DEFAULT_EFFECTS.background;
  }
}

function readObject(value: unknown): ObjectEffect {
  if (!isFields(value)) return DEFAULT_EFFECTS.object;
  if (value['kind'] === 'none') return { kind: 'none' };
  if (value['kind'] === 'highlight' && isNumberIn(value['strength'], 0, 1)) {
    return { kind: 'highlight', strength: value['strength'] };
  }
  if (value['kind'] === 'outline' && isNumberIn(value['width'], 1, 40)) {
    return { kind: 'outline', width: value['width'] };
  }
  return DEFAULT_EFFECTS.object;
}

function readSettings(value: unknown): PipelineSettings {
  if (!isFields(value)) return DEFAULT_SETTINGS;
  return {
    poolSize: autoOr(value['poolSize'], 1, 32),
    threads: autoOr(value['threads'], 1, 32),
    inputSize: autoOr(value['inputSize'], 128, 1024, 32),
    backend: oneOf<PipelineSettings['backend']>(value['backend'], ['auto', 'webgpu', 'wasm-threads', 'wasm']),
    mode: oneOf<PipelineSettings['mode']>(value['mode'], ['live', 'lockstep']),
    displayDelay: oneOf<PipelineSettings['displayDelay']>(value['displayDelay'], ['auto', 0, 1, 2]),
    lateMasks: DEFAULT_SETTINGS.lateMasks, // another is for measuring, not for keeping
  };
}

/** Reads what {@link writePreferences} wrote; whatever is missing, unknown or out of range takes its default. */
export function parsePreferences(text: string | null): Preferences {
  const stored = parseJson(text);
  if (!isFields(stored) || stored['version'] !== VERSION) return DEFAULT_PREFERENCES;
  const effects: Fields = isFields(stored['effects']) ? stored['effects'] : {};
  return {
    effects: { background: readBackground(effects['background']), object: readObject(effects['object']) },
    settings: readSettings(stored['settings']),
    format: oneOf<RecordingFormat>(stored['format'], ['webm', 'mp4']),
    saveToDisk: stored['saveToDisk'] === true,
    microphone: stored['microphone'] === true,
  };
}

function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Written by another program or cut off: the defaults are the mend.
    return null;
  }
}

export const writePreferences = (preferences: Preferences): string =>
  JSON.stringify({ version: VERSION, ...preferences });

export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

export const loadPreferences = (storage: PreferenceStorage): Preferences => parsePreferences(storage.getItem(KEY));

/** Full or forbidden storage costs only the memory of a choice, so that failure is not reported. */
export function savePreferences(storage: PreferenceStorage, preferences: Preferences): void {
  try {
    storage.setItem(KEY, writePreferences(preferences));
  } catch {
    return;
  }
}
