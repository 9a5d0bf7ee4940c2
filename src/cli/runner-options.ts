import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Which } from '../runner/which.js';
import { parseCount } from './shared-options.js';

/** How trials are run and stored. */
export interface RunnerFlags {
  readonly out: string;
  readonly jobs: number | 'auto';
  readonly force?: boolean;
  readonly retryFailed?: boolean;
  readonly fresh?: boolean;
  readonly failFast?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly stallTimeout: number;
  readonly freshProcesses?: boolean;
  /** False with `--no-diagnostics`. */
  readonly diagnostics: boolean;
  readonly keepWeights?: boolean;
}

/** Adds the options that say which trials are trained, how many side by side, and where results go. */
export function addRunnerOptions(command: Command): void {
  command
    .optionsGroup('Running and storing:')
    .option('--out <folder>', 'keep results and checkpoints here', 'results')
    .option(
      '--jobs <n|auto>',
      'trials side by side: on the CPU, or on each GPU; auto: as many as the machine serves best, measured once',
      parseJobsOrAuto,
      1,
    )
    .addOption(
      new Option('--force', 'train all trials anew, also those that are done').conflicts([
        'retryFailed',
      ]),
    )
    .option('--retry-failed', 'train only the trials that failed, from their last checkpoint on')
    .option('--fresh', 'set checkpoints that cannot be used aside and start those trials over')
    .option('--fail-fast', 'after the first failed trial, let the running ones checkpoint and end')
    .option('--no-wait', 'end with exit code 4 if another prep-lab has one of the trials')
    .option(
      '--stall-timeout <seconds>',
      'end a trial that makes no progress for this long',
      parseCount,
      600,
    )
    .option('--fresh-processes', 'train each trial in a process of its own; results are the same')
    .option('--no-diagnostics', 'do not measure gradients, dead units, inputs and calibration')
    .option(
      '--keep-weights',
      'keep the weights that each trial is judged with, for export and corrupt-test',
    );
}

/** Returns which of the planned trials the flags ask for. */
export function whichOf({ force, retryFailed }: RunnerFlags): Which {
  if (force) return 'all';
  return retryFailed ? 'failed' : 'missing';
}

function parseJobsOrAuto(text: string): number | 'auto' {
  if (text === 'auto') return text;
  if (/^\d+$/.test(text)) return parseJobs(text);
  throw new InvalidArgumentError('expected a whole number from 1 on, or "auto".');
}

/** More trials than a machine can hold would only swap. */
export function parseJobs(text: string): number {
  const jobs = parseCount(text);
  const most = Math.max(64, availableParallelism());
  if (jobs > most) throw new InvalidArgumentError(`expected a number from 1 to ${most}.`);
  return jobs;
}
