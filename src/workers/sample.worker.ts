import type { SampleCommand } from '../sample/control.js';
import { SamplePlayer } from './sample-player.js';

const player = new SamplePlayer((report) => postMessage(report));

onmessage = ({ data, ports }: MessageEvent<SampleCommand>) => player.obey(data, ports[0]);
