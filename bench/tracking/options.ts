export { mean } from '../measures/mean.js';

/** `--name value` pairs of the command line. */
export function readOptions(): ReadonlyMap<string, string> {
  const args = process.argv.slice(2);
  const options = new Map<string, string>();
  for (let i = 0; i + 1 < args.length; i += 2) options.set(args[i]!.replace(/^--/, ''), args[i + 1]!);
  return options;
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
