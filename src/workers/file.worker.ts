import type { FileCommand } from '../shared/file-control.js';
import { FilePlayer } from './file-player.js';

const player = new FilePlayer((report) => postMessage(report));

onmessage = async ({ data, ports }: MessageEvent<FileCommand>) => {
  await player.obey(data, ports[0]);
  if (data.kind === 'stop') close();
};
