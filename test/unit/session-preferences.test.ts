import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PREFERENCES,
  loadPreferences,
  parsePreferences,
  savePreferences,
  writePreferences,
  type Preferences,
} from '../../src/session/preferences.js';

const CHOSEN: Preferences = {
  effects: { background: { kind: 'colour', colour: '#10ff20' }, object: { kind: 'outline', width: 6 } },
  settings: {
    poolSize: 3,
    threads: 'auto',
    inputSize: 384,
    backend: 'wasm',
    mode: 'lockstep',
    displayDelay: 2,
    lateMasks: 'carry',
  },
  format: 'mp4',
  saveToDisk: true,
  microphone: true,
};

const withPart = (part: object): string => JSON.stringify({ version: 1, ...CHOSEN, ...part });

describe('preferences', () => {
  it('come back as they were written', () => {
    expect(parsePreferences(writePreferences(CHOSEN))).toEqual(CHOSEN);
  });

  it.each([null, '', '{', 'null', '[]', '7', '{"version":2}', '{"version":1}'])('fall back from %j', (text) => {
    expect(parsePreferences(text)).toEqual(DEFAULT_PREFERENCES);
  });

  it.each([
    { background: { kind: 'blur', strength: 2 }, object: { kind: 'outline', width: -1 } },
    { background: { kind: 'colour', colour: 'url(x)' }, object: { kind: 'highlight', strength: '1' } },
    { background: { kind: 'picture' }, object: { kind: 'unheard-of' } },
    { background: 5, object: null },
  ])('take defaults for effects out of range: %j', (effects) => {
    expect(parsePreferences(withPart({ effects })).effects).toEqual(DEFAULT_PREFERENCES.effects);
  });

  it.each([
    ['poolSize', 0],
    ['poolSize', 1.5],
    ['threads', '2'],
    ['inputSize', 300],
    ['inputSize', 9600],
    ['backend', 'cuda'],
    ['mode', 'fast'],
  ])('take the default for setting %s = %j and keep the others', (key, value) => {
    const { settings } = parsePreferences(withPart({ settings: { ...CHOSEN.settings, [key]: value } }));
    expect(settings).toEqual({ ...CHOSEN.settings, [key]: key === 'mode' ? 'live' : 'auto' });
  });

  it('survive a storage that is full', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(() => savePreferences(full, CHOSEN)).not.toThrow();
    expect(loadPreferences(full)).toEqual(DEFAULT_PREFERENCES);
  });
});
