import type { Backend, PipelineStats, StageName } from '../shared/pipeline-api.js';
import type { AppState } from '../session/app-state.js';
import { bytesText } from './text.js';

export type HealthLevel = 'good' | 'slow' | 'bad' | 'busy' | 'off';

/** One line for the dot: what matters now. */
export function healthLine(state: Pick<AppState, 'pipelineStatus' | 'loading' | 'source' | 'stats' | 'objects'>): {
  readonly level: HealthLevel;
  readonly words: string;
} {
  const { pipelineStatus, loading, source, stats, objects } = state;
  if (pipelineStatus === 'dead') return { level: 'bad', words: 'Stopped' };
  if (pipelineStatus === 'failed') return { level: 'bad', words: 'No model' };
  if (loading !== null) return { level: 'busy', words: loadingText(loading) };
  if (pipelineStatus !== 'ready') return { level: 'busy', words: 'Getting ready' };
  if (source === null || stats === null) return { level: 'off', words: 'Ready' };
  const keepsUp = stats.sourceFps === 0 || stats.shownFps >= stats.sourceFps * 0.8;
  const mask = objects.length === 0 ? '' : ` · ${maskAgeText(stats)}`;
  return { level: keepsUp ? 'good' : 'slow', words: `${Math.round(stats.shownFps)} fps${mask}` };
}

export function loadingText({ loadedBytes, totalBytes, what }: NonNullable<AppState['loading']>): string {
  const name = what.includes('people') ? 'People model' : 'Model';
  return totalBytes > 0 ? `${name}: ${bytesText(loadedBytes)} of ${bytesText(totalBytes)}` : `Loading: ${name}`;
}

/** Age of the shown mask in frames of the source, the unit in which a late mask is seen. */
export function maskAgeText({ maskAgeMs, sourceFps }: PipelineStats): string {
  const frames = Math.round((maskAgeMs * (sourceFps > 0 ? sourceFps : 30)) / 1000);
  if (frames <= 0) return 'mask in time';
  return `mask ${frames} frame${frames === 1 ? '' : 's'} old`;
}

export const BACKEND_WORDS: Readonly<Record<Backend, string>> = {
  webgpu: 'WebGPU',
  'wasm-threads': 'WASM, threads',
  wasm: 'WASM, one thread',
};

/** Stages whose time is spent on each shown frame, and those of a keyframe. Their sums are what each costs. */
export const FRAME_STAGES: readonly StageName[] = ['motion', 'carry', 'matte', 'composite', 'record'];
export const KEYFRAME_STAGES: readonly StageName[] = ['pixels', 'encode', 'decode'];

export type StagePart = { readonly name: StageName; readonly ms: number; readonly share: number };

/** Median times of the given stages that were measured, with their share of the sum (0..1). */
export function stageParts(stats: PipelineStats, names: readonly StageName[]): readonly StagePart[] {
  const parts = names.flatMap((name) => {
    const timing = stats.stages[name];
    return timing === undefined || timing.count === 0 ? [] : [{ name, ms: timing.p50 }];
  });
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  return parts.map(({ name, ms }) => ({ name, ms, share: sum > 0 ? ms / sum : 0 }));
}
