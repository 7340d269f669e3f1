import { listCameras, openCamera, type CameraWish } from '../capture/camera.js';
import { openFile } from '../capture/file.js';
import { openSample } from '../capture/sample-source.js';
import { openScreen } from '../capture/screen.js';
import { ok } from '../shared/errors.js';
import { audioStreamOf } from './audio-feed.js';
import { startPipelineWorker } from './pipeline-connection.js';
import { canPickSaveFile, pickSaveFile } from './save-file.js';
import type { SessionTools } from './session.js';
import type { OpenSource, SourceRequest } from './source.js';

const open: OpenSource = async (request, microphone, signal) => {
  switch (request.kind) {
    case 'camera':
      return openCamera(cameraWish(request, microphone), signal);
    case 'screen':
      return openScreen(signal);
    case 'file':
      return openFile(request.file, signal);
    case 'sample':
      return ok(openSample());
  }
};

function cameraWish(request: Extract<SourceRequest, { kind: 'camera' }>, audio: boolean): CameraWish {
  const { deviceId } = request;
  // Every stage costs by the pixel: on few cores a smaller picture that keeps its rate looks better.
  const height = request.height ?? (navigator.hardwareConcurrency <= 4 ? 480 : 720);
  const width = height <= 480 ? (height * 4) / 3 : (height * 16) / 9;
  return { ...(deviceId === null ? {} : { deviceId }), width: Math.round(width), height, audio };
}

/** The session's tools in a real browser. */
export const browserTools = (): SessionTools => ({
  startThread: startPipelineWorker,
  openSource: open,
  listCameras,
  canPickSaveFile,
  pickSaveFile,
  audioStreamOf,
  storage: localStorage,
  baseUrl: new URL('./', document.baseURI).href,
  now: () => performance.now(),
});
