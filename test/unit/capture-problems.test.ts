import { describe, expect, it } from 'vitest';
import { cameraProblem, fileProblem, noMediaDevices, screenProblem } from '../../src/capture/problems.js';
import type { ProblemCode } from '../../src/shared/errors.js';

const rejection = (name: string, message = 'why') => new DOMException(message, name);

describe('what a refused camera means', () => {
  const cases: readonly (readonly [string, ProblemCode])[] = [
    ['NotAllowedError', 'camera-denied'],
    ['SecurityError', 'camera-denied'],
    ['NotFoundError', 'camera-none'],
    ['OverconstrainedError', 'camera-none'],
    ['NotReadableError', 'camera-busy'],
    ['AbortError', 'camera-busy'],
    ['InvalidStateError', 'capture-failed'],
  ];
  it.each(cases)('%s is %s', (name, code) => {
    const problem = cameraProblem(rejection(name));
    expect(problem.code).toBe(code);
    expect(problem.what).toMatch(/\.$/);
    expect(problem.mend).toMatch(/\.$/);
  });

  it('tells the system that refuses from the person who does', () => {
    const person = cameraProblem(rejection('NotAllowedError', 'Permission denied'));
    const system = cameraProblem(rejection('NotAllowedError', 'Permission denied by system'));
    expect(system.code).toBe('camera-denied');
    expect(system.mend).not.toBe(person.mend);
  });

  it('survives a rejection that is no error', () => {
    const problem = cameraProblem('broken');
    expect(problem.code).toBe('capture-failed');
    expect(problem.what).toContain('broken');
  });

  it('knows an insecure page', () => {
    expect(noMediaDevices(false).code).toBe('insecure-page');
    expect(noMediaDevices(true).code).toBe('capture-failed');
  });
});

describe('what a refused screen means', () => {
  it('is the person by default, the system where it says so', () => {
    expect(screenProblem(rejection('NotAllowedError', 'Permission denied')).code).toBe('screen-denied');
    expect(screenProblem(rejection('NotAllowedError', 'Permission denied by system')).mend).toContain('system');
    expect(screenProblem(rejection('NotReadableError')).code).toBe('capture-failed');
  });
});

describe('what a file that does not play means', () => {
  const file = { name: 'holiday.mp4', type: 'video/mp4', bytes: 5000, mediaError: 4, message: '' };
  const codeOf = (changes: Partial<typeof file>) => fileProblem({ ...file, ...changes }).code;

  it('tells damaged from unsupported', () => {
    expect(codeOf({ bytes: 0 })).toBe('file-damaged');
    expect(codeOf({ mediaError: 3 })).toBe('file-damaged');
    expect(codeOf({ mediaError: 2 })).toBe('file-damaged');
    expect(codeOf({ message: 'DEMUXER_ERROR_COULD_NOT_OPEN: FFmpegDemuxer: open context failed' })).toBe(
      'file-damaged',
    );
    expect(codeOf({ message: 'DEMUXER_ERROR_NO_SUPPORTED_STREAMS' })).toBe('file-unsupported');
    expect(codeOf({ mediaError: 0 })).toBe('file-unsupported');
    expect(codeOf({ type: 'text/plain', message: 'DEMUXER_ERROR_COULD_NOT_OPEN' })).toBe('file-unsupported');
    expect(codeOf({ type: '' })).toBe('file-unsupported');
  });

  it('names the file every time', () => {
    for (const mediaError of [0, 1, 2, 3, 4])
      expect(fileProblem({ ...file, mediaError }).what).toContain('"holiday.mp4"');
  });
});
