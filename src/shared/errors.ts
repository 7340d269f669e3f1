/**
 * Failures that can be expected are values, not exceptions: what happened, and how to mend it. Bugs throw.
 */
export type ProblemCode =
  | 'camera-denied'
  | 'camera-busy'
  | 'camera-none'
  | 'camera-lost'
  | 'capture-failed'
  | 'screen-denied'
  | 'insecure-page'
  | 'file-unsupported'
  | 'file-damaged'
  | 'model-missing'
  | 'model-altered'
  | 'model-failed'
  | 'people-failed'
  | 'no-webgl2'
  | 'webgl-lost'
  | 'no-webcodecs'
  | 'too-many-objects'
  | 'no-picture-yet'
  | 'mask-unusable'
  | 'recording-unsupported'
  | 'recording-failed'
  | 'picture-unreadable'
  | 'worker-died'
  | 'self-check-failed';

export type Problem = {
  readonly code: ProblemCode;
  /** What happened, with the values that matter; one sentence. */
  readonly what: string;
  /** What the person can do about it; one sentence. */
  readonly mend: string;
};

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (
  code: ProblemCode,
  what: string,
  mend: string,
): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem: { code, what, mend },
});

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
