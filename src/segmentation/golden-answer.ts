import type { SegmentResult } from '../shared/segmentation.js';
import { JsonReader } from './json.js';

/** What the model answers to the golden scene: for every object and candidate, in order, a mask (bit-packed, 1 = inside) and a score. */
export type GoldenAnswer = {
  readonly masks: readonly Uint8Array[];
  readonly scores: readonly number[];
};

/** Packs a mask: cell i is bit `i % 8` of byte `i / 8`, set where the logit is above 0. */
export function packMask(logits: Float32Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(logits.length / 8));
  for (let cell = 0; cell < logits.length; cell++) {
    if (logits[cell]! > 0) bits[cell >> 3]! |= 1 << (cell & 7);
  }
  return bits;
}

export function answerOf(result: SegmentResult): GoldenAnswer {
  const candidates = result.objects.flat();
  return {
    masks: candidates.map((candidate) => packMask(candidate.mask.data)),
    scores: candidates.map((candidate) => candidate.score),
  };
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param madeWith SHA-256 of the model's files by role: the answer is that model's, and no other's */
export function formatAnswer(answer: GoldenAnswer, madeWith: Readonly<Record<string, string>>): string {
  const masks = answer.masks.map(toBase64);
  const scores = answer.scores.map((score) => Number(score.toFixed(4)));
  return `${JSON.stringify({ madeWith, scores, masks }, null, 2)}\n`;
}

/** @throws SyntaxError when the text is not an answer */
export function parseAnswer(text: string): GoldenAnswer {
  const json = JsonReader.parse(text, 'golden');
  return {
    masks: json
      .get('masks')
      .list()
      .map((mask) => fromBase64(mask.text())),
    scores: json
      .get('scores')
      .list()
      .map((score) => score.number()),
  };
}
