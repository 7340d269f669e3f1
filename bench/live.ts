/** The whole app, as it is shipped, with one object followed in a camera: how fast everything is. */
import type { AppState } from '../src/session/app-state.js';
import { browserTools } from '../src/session/browser-tools.js';
import { Session } from '../src/session/session.js';
import type { PipelineStats, StageName, StageTiming } from '../src/shared/pipeline-api.js';
import '../src/ui/app.js';
import type { LiveResult, LiveRun } from './live-contract.js';

const LIMIT_MS = 60_000;

const session = new Session({ ...browserTools(), baseUrl: new URL('../', document.baseURI).href });
const app = document.querySelector('live-roto-app');
if (app === null) throw new Error('The page has no <live-roto-app>.');
app.session = session;

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Resolves with the first state that `is`; rejects with what the app has to complain about when none comes. */
function until(what: string, is: (state: AppState) => boolean): Promise<AppState> {
  return new Promise((resolve, reject) => {
    const complain = (): void => {
      const problems = session.state.problems.map((problem) => problem.what).join(' ');
      finish(() => reject(new Error(`Not ${what} within ${LIMIT_MS / 1000} s. ${problems}`)));
    };
    const timer = setTimeout(complain, LIMIT_MS);
    const unsubscribe = session.subscribe((state) => {
      if (is(state)) finish(() => resolve(state));
    });
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      then();
    };
    if (is(session.state)) finish(() => resolve(session.state));
  });
}

const isFollowed = (state: AppState): boolean =>
  state.objects.some(({ state: its }) => its === 'tracking' || its === 'found');

async function runLive(run: LiveRun): Promise<LiveResult> {
  await until('ready', ({ pipelineStatus }) => pipelineStatus === 'ready');
  await session.openSource({ kind: 'camera', deviceId: null, height: run.height });
  await until('shown', ({ stats }) => stats !== null && stats.shownFps > 0);
  const tappedAt = performance.now();
  await session.addObject({ kind: 'point', point: { ...run.tap, inside: true } });
  await until('followed', isFollowed);
  const firstMaskMs = performance.now() - tappedAt;
  await wait(run.settleSeconds);
  const { seen, tasks, followed } = await measure(run.seconds);
  return {
    ...summary(seen),
    maskAgeMs: meanOf(followed, ({ maskAgeMs }) => maskAgeMs),
    firstMaskMs,
    followed: followed.length / Math.max(1, seen.length),
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
    seconds: run.seconds,
  };
}

/** Every report of the pipeline, and every long task of the page, for some seconds. */
async function measure(seconds: number) {
  const seen: PipelineStats[] = [];
  const followed: PipelineStats[] = [];
  const unsubscribe = session.subscribe((state) => {
    if (state.stats === null || state.stats === seen.at(-1)) return;
    seen.push(state.stats);
    if (isFollowed(state)) followed.push(state.stats);
  });
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  await wait(seconds);
  observer.disconnect();
  unsubscribe();
  return { seen, tasks, followed };
}

const meanOf = (seen: readonly PipelineStats[], of: (stats: PipelineStats) => number): number =>
  seen.reduce((sum, stats) => sum + of(stats), 0) / Math.max(1, seen.length);

function summary(seen: readonly PipelineStats[]) {
  const first = seen[0];
  const last = seen.at(-1);
  if (first === undefined || last === undefined) throw new Error('The pipeline reported nothing.');
  const mean = (of: (stats: PipelineStats) => number): number => meanOf(seen, of);
  return {
    sourceFps: mean(({ sourceFps }) => sourceFps),
    shownFps: mean(({ shownFps }) => shownFps),
    droppedFrames: last.droppedFrames - first.droppedFrames,
    keyframesPerSecond: mean(({ keyframesPerSecond }) => keyframesPerSecond),
    stages: stagesOf(seen),
    inputSize: last.inputSize,
    backend: last.backend,
    poolSize: last.poolSize,
    threads: last.threads,
    lowered: last.lowered,
    cores: navigator.hardwareConcurrency,
  };
}

function stagesOf(seen: readonly PipelineStats[]): Partial<Record<StageName, StageTiming>> {
  const names = new Set(seen.flatMap(({ stages }) => STAGES.filter((name) => stages[name] !== undefined)));
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const timing = (name: StageName): StageTiming => {
    const timings = seen.flatMap(({ stages }) => stages[name] ?? []);
    return {
      p50: median(timings.map(({ p50 }) => p50)),
      p95: median(timings.map(({ p95 }) => p95)),
      count: Math.round(timings.reduce((sum, { count }) => sum + count, 0) / Math.max(1, timings.length)),
    };
  };
  return Object.fromEntries([...names].map((name) => [name, timing(name)]));
}

const STAGES: readonly StageName[] = [
  'frame',
  'motion',
  'carry',
  'matte',
  'composite',
  'record',
  'keyframe',
  'pixels',
  'encode',
  'decode',
];

window.runLive = runLive;
