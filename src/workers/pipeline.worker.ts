import * as Comlink from 'comlink';
import { Pipeline } from './pipeline.js';

Comlink.expose(new Pipeline());
