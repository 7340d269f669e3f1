import type { Size } from '../shared/geometry.js';
import { JsonReader } from './json.js';

/** The version of models/manifest.json that this code reads, and of the promptable models' inputs and outputs (models/MODEL_CARD.md). */
export const MANIFEST_FORMAT = 1;
export const MODEL_CONTRACT = 1;

export type ModelFile = {
  /** URL relative to the manifest's own. */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly licence: string;
  readonly source: string;
};

/** Sides of the input that a promptable model takes, pixels: any multiples of `step` from `min` to `max`, not necessarily square. */
export type InputRange = {
  readonly step: number;
  readonly min: number;
  readonly max: number;
  readonly default: number;
};

export type PromptableModel = {
  readonly engine: 'promptable';
  readonly id: string;
  readonly contract: number;
  readonly licence: string;
  readonly input: InputRange;
  readonly appearanceChannels: number;
  readonly files: Readonly<Record<'encoder' | 'decoder', ModelFile>>;
};

export type PeopleModel = {
  readonly engine: 'people';
  readonly id: string;
  readonly licence: string;
  /** The model's own input; other sizes work, scaled. */
  readonly input: Size;
  readonly files: Readonly<Record<'model', ModelFile>>;
};

export type ModelManifest = {
  readonly promptable: readonly PromptableModel[];
  readonly people: readonly PeopleModel[];
};

function readFile(json: JsonReader): ModelFile {
  return {
    name: json.get('name').text(),
    bytes: json.get('bytes').number(),
    sha256: json.get('sha256').text(),
    licence: json.get('licence').text(),
    source: json.get('source').text(),
  };
}

function readPromptable(json: JsonReader): PromptableModel {
  const input = json.get('input');
  return {
    engine: 'promptable',
    id: json.get('id').text(),
    contract: json.get('contract').number(),
    licence: json.get('licence').text(),
    input: {
      step: input.get('step').number(),
      min: input.get('min').number(),
      max: input.get('max').number(),
      default: input.get('default').number(),
    },
    appearanceChannels: json.get('appearanceChannels').number(),
    files: { encoder: readFile(json.get('files').get('encoder')), decoder: readFile(json.get('files').get('decoder')) },
  };
}

function readPeople(json: JsonReader): PeopleModel {
  return {
    engine: 'people',
    id: json.get('id').text(),
    licence: json.get('licence').text(),
    input: { width: json.get('input').get('width').number(), height: json.get('input').get('height').number() },
    files: { model: readFile(json.get('files').get('model')) },
  };
}

/**
 * Reads models/manifest.json. Models of engines or contracts that this code does not know are left out, so that a newer manifest still serves.
 * @throws SyntaxError when it is damaged or of another format
 */
export function parseManifest(text: string): ModelManifest {
  const json = JsonReader.parse(text, 'manifest');
  const format = json.get('format').number();
  if (format !== MANIFEST_FORMAT) throw new SyntaxError(`manifest format ${format}, expected ${MANIFEST_FORMAT}`);
  const models = json.get('models').list();
  const of = (engine: string): JsonReader[] => models.filter((model) => model.get('engine').text() === engine);
  return {
    promptable: of('promptable')
      .filter((model) => model.get('contract').number() === MODEL_CONTRACT)
      .map(readPromptable),
    people: of('people').map(readPeople),
  };
}
