import type { CheckReport, Measurement } from './browser-check.js';

export type Finding = {
  readonly name: string;
  readonly value: string;
  /** What it means when it is not as it should be. */ readonly note: string;
};

const GOOD_IOU = 0.75;
const GOOD_SHARE_OF_FRAMES = 0.9;

const yesNo = (name: string, present: boolean, otherwise: string): Finding => ({
  name,
  value: present ? 'yes' : 'no',
  note: present ? '' : otherwise,
});

/** The rows of the table, in the order of what matters. */
export function describeReport({ abilities, measurement }: CheckReport): Finding[] {
  return [
    ...(measurement === null ? [] : describeMeasurement(measurement)),
    yesNo('WebGL 2', abilities.webgl2, 'LiveRoto cannot draw without it.'),
    yesNo('Isolated page', abilities.isolated, 'The model runs on one thread only; see the hosting notes.'),
    yesNo('WebGPU', abilities.webgpu, 'The model runs on the processor.'),
    yesNo('WebCodecs', abilities.webCodecs, 'Recording is not possible.'),
    yesNo('Frames in the background', abilities.trackProcessor, 'The picture stops while the tab is hidden.'),
    yesNo('Private storage', abilities.privateStorage, 'The length of a recording is bounded by memory.'),
  ];
}

function describeMeasurement({
  backend,
  object,
  firstMaskMs,
  meanIou,
  framesMeasured,
  stats,
  ledger,
}: Measurement): Finding[] {
  const plain = (name: string, value: string): Finding => ({ name, value, note: '' });
  const lost = ledger.opened - ledger.closed;
  return [
    plain('Overlap with the truth (IoU)', `${meanIou.toFixed(2)} over ${framesMeasured} frames of the ${object}`),
    plain('Shown', `${stats.shownFps.toFixed(1)} of ${stats.sourceFps.toFixed(1)} frames a second`),
    plain('Model runs', `${stats.keyframesPerSecond.toFixed(1)} a second, ${stats.inputSize} pixels`),
    plain('Age of a mask when it is shown', `${stats.maskAgeMs.toFixed(0)} ms`),
    plain('From tap to mask', `${firstMaskMs.toFixed(0)} ms`),
    plain('Backend', `${backend}, passed its self-check; ${stats.poolSize} × ${stats.threads} threads`),
    {
      name: 'Frames freed',
      value: `${ledger.closed} of ${ledger.opened}`,
      note: lost === 0 ? '' : 'Some were kept: please report this.',
    },
    ...stats.lowered.map((reason) => plain('Lowered to keep up', reason)),
  ];
}

/** One sentence. */
export function verdictOf({ measurement, abilities }: CheckReport): string {
  if (!abilities.webgl2) return 'LiveRoto does not work here: this browser has no WebGL 2.';
  if (measurement === null) return 'LiveRoto could not be measured here.';
  const { meanIou, stats } = measurement;
  if (meanIou < GOOD_IOU) return 'LiveRoto runs here, but the masks are not as good as they should be.';
  if (stats.shownFps < GOOD_SHARE_OF_FRAMES * stats.sourceFps) {
    return `LiveRoto works here, but this machine shows only ${stats.shownFps.toFixed(0)} of ${stats.sourceFps.toFixed(0)} frames a second.`;
  }
  return 'LiveRoto works well here.';
}
