import { ok, type Result } from '../shared/errors.js';
import type { SourceInfo } from '../shared/frame.js';
import type { FrameSource } from './frame-source.js';
import { takeStream, trackInfo } from './live-source.js';
import { cameraLost, cameraProblem, noMediaDevices } from './problems.js';

export type CameraWish = {
  /** From {@link listCameras}. Another camera is opened when it is gone. */
  readonly deviceId?: string;
  readonly facingMode?: 'user' | 'environment';
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  /** Asks for the microphone too. Without one, or refused, the camera opens silent. */
  readonly audio?: boolean;
};

export type CameraChoice = { readonly deviceId: string; readonly label: string };

/** The cameras; without names until one has been allowed. Empty where there is no camera or no right to look. */
export async function listCameras(): Promise<CameraChoice[]> {
  if (mediaDevices() === undefined) return [];
  // Rejects where a permissions policy forbids looking: then there is nothing to choose from.
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices
    .filter((device) => device.kind === 'videoinput' && device.deviceId !== '')
    .map(({ deviceId, label }, index) => ({ deviceId, label: label === '' ? `Camera ${index + 1}` : label }));
}

/** Opens a camera. Rejects only with the signal's reason. */
export async function openCamera(wish: CameraWish, signal: AbortSignal): Promise<Result<FrameSource>> {
  signal.throwIfAborted();
  if (mediaDevices() === undefined) return { ok: false, problem: noMediaDevices(isSecureContext) };
  let stream: MediaStream;
  try {
    stream = await getStream(constraintsOf(wish), signal);
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, problem: cameraProblem(error) };
  }
  if (signal.aborted) {
    for (const track of stream.getTracks()) track.stop();
    signal.throwIfAborted();
  }
  return ok(takeStream(stream, cameraInfo, (info) => cameraLost(info.label)));
}

/** The type library takes it for granted; pages that are not secure do not have it. */
export const mediaDevices = (): MediaDevices | undefined =>
  'mediaDevices' in navigator ? navigator.mediaDevices : undefined;

/** Tries once more with less whenever less was asked for could help: without the microphone, then with any camera at all. */
async function getStream(constraints: MediaStreamConstraints, signal: AbortSignal): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    signal.throwIfAborted();
    const name = error instanceof Error ? error.name : '';
    if (constraints.audio === true && name !== 'OverconstrainedError')
      return getStream({ ...constraints, audio: false }, signal);
    if (name === 'OverconstrainedError' && constraints.video !== true)
      return getStream({ ...constraints, video: true }, signal);
    throw error;
  }
}

function constraintsOf(wish: CameraWish): MediaStreamConstraints {
  const { deviceId, facingMode, width, height, frameRate = 30, audio = false } = wish;
  const video: MediaTrackConstraints = { frameRate: { ideal: frameRate } };
  if (deviceId !== undefined) video.deviceId = { exact: deviceId };
  if (facingMode !== undefined) video.facingMode = facingMode;
  if (width !== undefined) video.width = { ideal: width };
  if (height !== undefined) video.height = { ideal: height };
  return { video, audio };
}

/**
 * Mirrored unless the camera is known to look away from the person. Only phones and tablets report where a camera looks; a webcam that
 * reports nothing stands on a screen and faces who sits before it, who expects to see a mirror.
 */
const cameraInfo = (track: MediaStreamTrack): SourceInfo => {
  const { facingMode } = track.getSettings();
  return {
    kind: 'camera',
    label: track.label === '' ? 'Camera' : track.label,
    ...trackInfo(track),
    mirrored: facingMode === undefined || facingMode === '' || facingMode === 'user',
  };
};
