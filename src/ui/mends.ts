import type { ProblemCode } from '../shared/errors.js';
import { DEFAULT_CAMERA } from '../session/source.js';
import type { Action } from './actions.js';

export type Mend = { readonly label: string; readonly action: Action };

const TRY_CAMERA: Mend = {
  label: 'Try again',
  action: { kind: 'open-source', request: DEFAULT_CAMERA },
};
const SAMPLE: Mend = { label: 'Use the sample', action: { kind: 'open-source', request: { kind: 'sample' } } };
const OPEN_FILE: Mend = { label: 'Open a video', action: { kind: 'choose-file' } };
const AGAIN: Mend = { label: 'Try again', action: { kind: 'reopen-source' } };
const RESTART: Mend = { label: 'Start again', action: { kind: 'restart' } };

const MENDS: Readonly<Partial<Record<ProblemCode, readonly Mend[]>>> = {
  'camera-denied': [TRY_CAMERA, SAMPLE],
  'camera-busy': [AGAIN, SAMPLE],
  'camera-none': [TRY_CAMERA, OPEN_FILE],
  'camera-lost': [AGAIN],
  'capture-failed': [AGAIN, SAMPLE],
  'screen-denied': [AGAIN],
  'insecure-page': [SAMPLE, OPEN_FILE],
  'file-unsupported': [OPEN_FILE],
  'file-damaged': [OPEN_FILE],
  'model-missing': [RESTART],
  'model-altered': [RESTART],
  'model-failed': [RESTART],
  'people-failed': [{ label: 'Try again', action: { kind: 'add-people' } }],
  'webgl-lost': [RESTART],
  'worker-died': [RESTART],
  'recording-failed': [{ label: 'Record again', action: { kind: 'record' } }],
  'recording-unsupported': [
    { label: 'Use WebM', action: { kind: 'format', format: 'webm' } },
    { label: 'Use MP4', action: { kind: 'format', format: 'mp4' } },
  ],
};

/** The buttons that do what a problem's `mend` says; none where only the person can. */
export const mendsOf = (code: ProblemCode): readonly Mend[] => MENDS[code] ?? [];
