import { messageOf, type Problem, type ProblemCode } from '../shared/errors.js';

const problem = (code: ProblemCode, what: string, mend: string): Problem => ({ code, what, mend });

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** No `navigator.mediaDevices`: browsers hide it from pages that are not served securely. */
export function noMediaDevices(secure: boolean): Problem {
  return secure
    ? problem(
        'capture-failed',
        'This browser offers no camera or screen to pages.',
        'Use a video file or the sample, or another browser.',
      )
    : problem(
        'insecure-page',
        'This page was not loaded securely, so the browser hides the camera.',
        'Open it over https, or on localhost.',
      );
}

/** What a rejection of `getUserMedia` means. Names: https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
export function cameraProblem(error: unknown): Problem {
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return /system/i.test(messageOf(error))
        ? problem(
            'camera-denied',
            'The operating system keeps the camera from this browser.',
            "Allow it in the system's privacy settings, then try again.",
          )
        : problem(
            'camera-denied',
            'This page may not use the camera.',
            "Allow the camera next to the page's address, then try again.",
          );
    case 'SecurityError':
      return problem(
        'camera-denied',
        'The camera is switched off for this page.',
        'Allow it in the settings of the browser or of the page that embeds this one.',
      );
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return problem(
        'camera-none',
        'No camera was found.',
        'Plug one in and try again, or use a video file or the sample.',
      );
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return problem(
        'camera-busy',
        `The camera could not be started (${messageOf(error)}).`,
        'Close other programs and tabs that use it, then try again.',
      );
    case 'OverconstrainedError':
      return problem('camera-none', 'The camera is not there, or cannot do what was asked.', 'Choose another camera.');
    default:
      return problem(
        'capture-failed',
        `The camera could not be opened (${messageOf(error)}).`,
        'Try again, or use a video file or the sample.',
      );
  }
}

export function cameraLost(label: string): Problem {
  return problem(
    'camera-lost',
    `The camera "${label}" stopped sending.`,
    'Check its cable, then turn it on again or choose another.',
  );
}

/** What a rejection of `getDisplayMedia` means. Names: https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia */
export function screenProblem(error: unknown): Problem {
  switch (nameOf(error)) {
    case 'NotAllowedError':
      return /system/i.test(messageOf(error))
        ? problem(
            'screen-denied',
            'The operating system keeps the screen from this browser.',
            "Allow screen recording in the system's privacy settings, then try again.",
          )
        : problem('screen-denied', 'No screen or window was shared.', 'Try again and choose one.');
    case 'NotReadableError':
      return problem(
        'capture-failed',
        `The system does not let that be shared (${messageOf(error)}).`,
        'Choose another window or screen.',
      );
    default:
      return problem(
        'capture-failed',
        `The screen could not be shared (${messageOf(error)}).`,
        'Try again, or use a video file or the sample.',
      );
  }
}

/** What is known about a file that could not be opened or played. */
export type FileFailure = {
  readonly name: string;
  /** MIME type as the browser guessed it from the name; '' when it has no guess. */
  readonly type: string;
  readonly bytes: number;
  /** `MediaError.code`; 0 when the file opened but has no picture. https://html.spec.whatwg.org/multipage/media.html#mediaerror */
  readonly mediaError: number;
  /** `MediaError.message`; '' where the browser keeps it to itself. */
  readonly message: string;
};

const MEDIA_ERR_NETWORK = 2;
const MEDIA_ERR_DECODE = 3;

export function fileProblem(failure: FileFailure): Problem {
  const { name, type, bytes, mediaError, message } = failure;
  const detail = message === '' ? '' : ` (${message})`;
  const another = 'Choose another file; MP4 with H.264 and WebM with VP9 play everywhere.';
  if (bytes === 0) return problem('file-damaged', `"${name}" is empty.`, 'Choose another file.');
  if (mediaError === 0) {
    const what = `"${name}" has no picture that this browser can decode.`;
    return problem('file-unsupported', what, another);
  }
  if (mediaError === MEDIA_ERR_NETWORK) {
    return problem(
      'file-damaged',
      `"${name}" could no longer be read${detail}.`,
      'Check that it has not been moved or changed, then open it again.',
    );
  }
  if (mediaError === MEDIA_ERR_DECODE) {
    return problem(
      'file-damaged',
      `"${name}" is damaged: its picture could not be decoded${detail}.`,
      'Choose another file, or repair this one.',
    );
  }
  // Chromium tells a container that it cannot parse from one whose codecs it lacks; elsewhere the two look the same.
  if (type.startsWith('video/') && /COULD_NOT_(OPEN|PARSE)/.test(message)) {
    return problem(
      'file-damaged',
      `"${name}" is damaged, or not the video that its name says${detail}.`,
      'Choose another file, or repair this one.',
    );
  }
  return type === '' || type.startsWith('video/')
    ? problem('file-unsupported', `This browser cannot play "${name}"${detail}.`, another)
    : problem('file-unsupported', `"${name}" is not a video (${type}).`, another);
}
