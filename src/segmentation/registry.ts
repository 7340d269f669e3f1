import goldenText from '../../models/golden.json?raw';
import { fail, messageOf, ok, type Result } from '../shared/errors.js';
import { parseAnswer } from './golden-answer.js';
import type { OnnxSetup } from './onnx-segmenter.js';
import type { PeopleSetup } from './people-segmenter.js';
import type { Segmenter } from './segmenter.js';
import { selfCheck } from './self-check.js';

export type SegmenterSetup =
  ({ readonly engine: 'promptable' } & OnnxSetup) | ({ readonly engine: 'people' } & PeopleSetup);

async function createPromptable(setup: OnnxSetup): Promise<Result<Segmenter>> {
  const { OnnxSegmenter } = await import('./onnx-segmenter.js');
  const segmenter = await OnnxSegmenter.create(setup);
  const checked = await selfCheck(segmenter, parseAnswer(goldenText));
  if (checked.ok) return ok(segmenter);
  await segmenter.dispose();
  return checked;
}

async function createPeople(setup: PeopleSetup): Promise<Result<Segmenter>> {
  const { PeopleSegmenter } = await import('./people-segmenter.js');
  return ok(await PeopleSegmenter.create(setup));
}

/**
 * Builds an engine, loading only the runtime it needs, and checks it as far as there is an answer to check against.
 * Fails with `model-failed`, `people-failed` or `self-check-failed`.
 */
export async function createSegmenter(setup: SegmenterSetup): Promise<Result<Segmenter>> {
  try {
    return setup.engine === 'people' ? await createPeople(setup) : await createPromptable(setup);
  } catch (error) {
    return setup.engine === 'people'
      ? fail(
          'people-failed',
          `The people model could not start: ${messageOf(error)}.`,
          'Reload the page, or tap people one by one.',
        )
      : fail(
          'model-failed',
          `The model could not start on ${setup.backend}: ${messageOf(error)}.`,
          'Another way of running it is tried; if none is left, update the browser.',
        );
  }
}
