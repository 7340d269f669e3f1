import * as Comlink from 'comlink';
import { afterEach, describe, expect, it } from 'vitest';
import type { PixelView } from '../../src/shared/frame.js';
import type { MaskGrid } from '../../src/shared/mask.js';
import type { InferenceApi, InferenceSetup } from '../../src/workers/inference-api.js';
import { loadFiles, loadManifest } from '../../src/segmentation/model-loader.js';
import { NO_PROMPT } from '../fixtures/segmentation-scene.js';
import { drawPortrait, personAt } from '../fixtures/segmentation-portrait.js';
import { fetchedByWorker, foreign, startProbedWorker, stopWorkers } from '../helpers/inference-worker.js';
