// @ts-check
import { runNode } from './run.mjs';
import { giveUp, say } from './say.mjs';

/** Makes the files that are built from dependencies: the people model with its metadata (scripts/people-model.mjs). */
export async function prepareAssets() {
  say('Preparing the people model …');
  const { ok, why } = await runNode('scripts/people-model.mjs', []);
  if (!ok) giveUp(`The people model could not be prepared: ${why}.`, 'Delete node_modules and .cache, and try again.');
}
