// @ts-check
/**
 * Makes `.cache/people/selfie_{square,landscape}.tflite`: the models that @mediapipe/selfie_segmentation ships, with the TFLite metadata that
 * @mediapipe/tasks-vision insists on (how inputs are normalised). Does nothing when they are there already.
 *
 * How: a FlatBuffer is a root table that points forward to everything else. The new file is a new root table in front of the untouched old file; it
 * points at the old file's parts, and at one buffer more, which holds the metadata. Nothing is re-serialised.
 * Formats: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs and
 * https://github.com/tensorflow/tflite-support (tensorflow_lite_support/metadata/metadata_schema.fbs); field numbers below are theirs.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Builder, ByteBuffer } from 'flatbuffers';

const FOLDER = resolve(import.meta.dirname, '../.cache/people');

/** Per file: its source in the package, and the SHA-256 of what goes in and what comes out. */
const MODELS = [
  {
    name: 'selfie_square.tflite',
    source: 'selfie_segmentation.tflite',
    sourceSha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
    sha256: '9c5f03a5c1e5b1bdcec270fb4185a746fd664cefc3b7d1a5bd43571b50235419',
  },
  {
    name: 'selfie_landscape.tflite',
    source: 'selfie_segmentation_landscape.tflite',
    sourceSha256: '4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894',
    sha256: '754b32e3f936b7f2f51d51796eca6c3f0d56149d991d6c224ec0f1cfcb172ed6',
  },
];

const MODEL_FILE = 'TFL3';
const METADATA_FILE = 'M001';
/** Tensor data has to stay aligned to this. */
const ALIGNMENT = 16;
const MODEL_FIELDS = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadataBuffer: 5,
  metadata: 6,
  signatures: 7,
};
/** ContentProperties.ImageProperties, ProcessUnitOptions.NormalizationOptions, ColorSpaceType.RGB */
const IMAGE_PROPERTIES = 2;
const NORMALIZATION_OPTIONS = 1;
const RGB = 1;

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * A table with fields that are given as `[field number, how to add it]`.
 * @param {Builder} builder
 * @param {readonly (readonly [number, (field: number) => void])[]} fields
 */
function table(builder, fields) {
  builder.startObject(Math.max(-1, ...fields.map(([field]) => field)) + 1);
  for (const [field, add] of fields) add(field);
  return builder.endObject();
}

/** @param {Builder} builder @param {readonly number[]} offsets */
function offsetVector(builder, offsets) {
  builder.startVector(4, offsets.length, 4);
  for (const offset of [...offsets].reverse()) builder.addOffset(offset);
  return builder.endVector();
}

/** @param {Builder} builder @param {number} value */
function floatVector(builder, value) {
  builder.startVector(4, 1, 4);
  builder.addFloat32(value);
  return builder.endVector();
}

/** ModelMetadata: one RGB image in, divided by 255; one mask out. */
function metadata() {
  const builder = new Builder(512);
  /** @param {number} offset @returns {(field: number) => void} */
  const at = (offset) => (field) => builder.addFieldOffset(field, offset, 0);
  /** @param {number} value @returns {(field: number) => void} */
  const byte = (value) => (field) => builder.addFieldInt8(field, value, 0);

  const options = table(builder, [
    [0, at(floatVector(builder, 0))],
    [1, at(floatVector(builder, 255))],
  ]);
  const unit = table(builder, [
    [0, byte(NORMALIZATION_OPTIONS)],
    [1, at(options)],
  ]);
  const content = table(builder, [
    [0, byte(IMAGE_PROPERTIES)],
    [1, at(table(builder, [[0, byte(RGB)]]))],
  ]);
  const input = table(builder, [
    [0, at(builder.createString('image'))],
    [3, at(content)],
    [4, at(offsetVector(builder, [unit]))],
  ]);
  const output = table(builder, [[0, at(builder.createString('person confidence'))]]);
  const subgraph = table(builder, [
    [2, at(offsetVector(builder, [input]))],
    [3, at(offsetVector(builder, [output]))],
  ]);
  const root = table(builder, [
    [0, at(builder.createString('selfie segmentation'))],
    [3, at(offsetVector(builder, [subgraph]))],
    [5, at(builder.createString('Apache-2.0'))],
  ]);
  builder.finish(root, METADATA_FILE);
  return builder.asUint8Array();
}

/**
 * Reads the old root table: positions (from the start of the file) of what its fields point at, and of every buffer.
 * @param {Uint8Array} bytes
 */
function readRoot(bytes) {
  const file = new ByteBuffer(bytes);
  if (!file.__has_identifier(MODEL_FILE)) throw new Error('not a TFLite file');
  const root = file.readInt32(0);
  /** @param {number} field */
  const position = (field) => {
    const inTable = file.__offset(root, 4 + 2 * field);
    return inTable === 0 ? null : root + inTable;
  };
  /** @param {number} field */
  const target = (field) => {
    const at = position(field);
    return at === null ? null : file.__indirect(at);
  };
  const version = position(MODEL_FIELDS.version);
  const buffers = target(MODEL_FIELDS.buffers);
  if (version === null || buffers === null) throw new Error('a TFLite file without version or buffers');
  if (target(MODEL_FIELDS.metadata) !== null) throw new Error('the model has metadata already');
  const bufferCount = file.readInt32(buffers);
  return {
    version: file.readInt32(version),
    kept: [MODEL_FIELDS.operatorCodes, MODEL_FIELDS.subgraphs, MODEL_FIELDS.description, MODEL_FIELDS.signatures].map(
      (field) => /** @type {const} */ ([field, target(field)]),
    ),
    buffers: Array.from({ length: bufferCount }, (_, index) => file.__indirect(buffers + 4 + 4 * index)),
  };
}

/**
 * @param {Uint8Array} old a TFLite file without metadata
 * @returns {Uint8Array} the same model with metadata
 */
export function withMetadata(old) {
  const root = readRoot(old);
  // The builder writes from the end of the file to its start: first the old bytes, then what stands in front of them and points into them.
  const padded = new Uint8Array(Math.ceil(old.length / ALIGNMENT) * ALIGNMENT);
  padded.set(old);
  const builder = new Builder(padded.length + 4096);
  builder.prep(ALIGNMENT, 0);
  const start = builder.createByteVector(padded) - 4;
  /** An object of the old file as the builder counts: from the end. @param {number} position */
  const oldAt = (position) => start - position;
  /** @param {number} offset @returns {(field: number) => void} */
  const at = (offset) => (field) => builder.addFieldOffset(field, offset, 0);

  const added = metadata();
  builder.startVector(1, added.length, ALIGNMENT);
  for (const byte of [...added].reverse()) builder.addInt8(byte);
  const buffer = table(builder, [[0, at(builder.endVector())]]);
  const buffers = offsetVector(builder, [...root.buffers.map(oldAt), buffer]);
  const entry = table(builder, [
    [0, at(builder.createString('TFLITE_METADATA'))],
    [1, (field) => builder.addFieldInt32(field, root.buffers.length, 0)],
  ]);
  const entries = offsetVector(builder, [entry]);
  const model = table(builder, [
    [MODEL_FIELDS.version, (field) => builder.addFieldInt32(field, root.version, 0)],
    ...root.kept.flatMap(([field, position]) =>
      position === null ? [] : [/** @type {const} */ ([field, at(oldAt(position))])],
    ),
    [MODEL_FIELDS.buffers, at(buffers)],
    [MODEL_FIELDS.metadata, at(entries)],
  ]);
  builder.finish(model, MODEL_FILE);
  return builder.asUint8Array();
}

/** @param {typeof MODELS[number]} model */
async function make(model) {
  const target = join(FOLDER, model.name);
  if (existsSync(target) && sha256(await readFile(target)) === model.sha256) return;
  const source = join(
    dirname(createRequire(import.meta.url).resolve('@mediapipe/selfie_segmentation/package.json')),
    model.source,
  );
  const old = await readFile(source);
  const found = sha256(old);
  if (found !== model.sourceSha256) {
    throw new Error(
      `${source} is not the file this script knows (SHA-256 ${found}, expected ${model.sourceSha256}); run "npm ci" again`,
    );
  }
  const made = withMetadata(old);
  if (sha256(made) !== model.sha256)
    throw new Error(`${model.name} came out differently (SHA-256 ${sha256(made)}, expected ${model.sha256})`);
  await mkdir(FOLDER, { recursive: true });
  // Written beside and renamed, so that a build that runs at the same time never sees half a file.
  await writeFile(`${target}.${process.pid}`, made);
  await rename(`${target}.${process.pid}`, target);
  console.log(`made .cache/people/${model.name}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    for (const model of MODELS) await make(model);
  } catch (error) {
    console.error(`The people model could not be made: ${error instanceof Error ? error.message : String(error)}.`);
    process.exitCode = 1;
  }
}
