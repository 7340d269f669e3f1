/** A page that asks the production engine about photos with known objects, through the app's own views, prompts and choices. */
import type * as Comlink from 'comlink';
import { messageOf } from '../src/shared/errors.js';
import type { EngineApi } from './engine.worker.js';
import { startEngine } from './engine.js';
import type { PhotoResult, PhotoRun } from './prompts-contract.js';
import { Photo } from './prompts/photo.js';
import { Questions } from './prompts/questions.js';
import { drawSheet } from './prompts/sheet.js';

/** More would wait for the page, which measures what they answer. */
const MOST_ENGINES = 4;

let engines: Comlink.Remote<EngineApi>[] = [];

async function startPrompts(model: string): Promise<void> {
  const count = Math.min(MOST_ENGINES, navigator.hardwareConcurrency);
  engines = await Promise.all(Array.from({ length: count }, () => startEngine(model, 'wasm', 1)));
}

async function askPhoto({ image, labels, size, sheet }: PhotoRun): Promise<PhotoResult> {
  const photo = await Photo.load(image, labels);
  try {
    let turn = 0;
    const questions = new Questions(photo, size, (viewport, input, prompts) =>
      engines[turn++ % engines.length]!.segment(photo.read(viewport, input), prompts),
    );
    const answers = await questions.answers();
    return {
      instances: answers.map(({ figures }, i) => ({
        ...figures,
        id: photo.instances[i]!.id,
        share: photo.instances[i]!.share,
      })),
      sheet: sheet ? await drawSheet(photo, answers) : null,
    };
  } finally {
    photo.close();
  }
}

window.startPrompts = startPrompts;
window.askPhoto = (run) =>
  askPhoto(run).catch((error: unknown) => {
    throw new Error(messageOf(error));
  });
