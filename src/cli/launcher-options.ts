import { type Command, Option } from 'commander';
import { UserError } from '../user-error.js';
import type { ComputeFlags } from './compute-options.js';
import type { RunnerFlags } from './runner-options.js';

/** Who trains. The names are those of runner/launchers/list.ts, which help does not load. */
export interface LauncherFlags {
  readonly launcher: 'local' | 'slurm';
  readonly slurm: readonly string[];
  readonly detach?: boolean;
}

/** Of a run that trains itself. */
export const localLauncher: LauncherFlags = { launcher: 'local', slurm: [] };

/** Adds the options that say which machines train. */
export function addLauncherOptions(command: Command): void {
  const slurm = new Option(
    '--slurm <key=value>',
    'an option of sbatch, such as partition=short, or chunk, at-once, restarts, poll (docs/scale.md); repeatable',
  );
  command
    .optionsGroup('On many machines (docs/scale.md):')
    .addOption(
      new Option('--launcher <name>', 'who trains: this machine or Slurm')
        .choices(['local', 'slurm'])
        .default('local'),
    )
    .addOption(slurm.argParser(addText).default([], 'none'))
    .option('--detach', 'end when all is submitted; the same command finds the tasks again');
}

function addText(text: string, texts: readonly string[]): readonly string[] {
  return [...texts, text];
}

/** @throws UserError for options of another launcher, and for what a launcher cannot do. */
export function requireLauncherOptions(
  flags: LauncherFlags & { readonly force?: boolean; readonly wait: boolean },
): void {
  const { launcher, slurm, detach, force, wait } = flags;
  const refuse = (what: string, hint: string) => {
    throw new UserError(what, { hint });
  };
  if (launcher === 'local' && slurm.length > 0) {
    refuse('--slurm is only read with --launcher slurm.', 'add --launcher slurm.');
  }
  if (launcher === 'local' && detach) {
    refuse('--detach is only for trials that others train.', 'add --launcher slurm.');
  }
  if (launcher === 'slurm' && force) {
    refuse(
      '--force cannot be handed to Slurm: a task that is put back in the queue would begin anew.',
      'name another folder with --out.',
    );
  }
  if (launcher === 'slurm' && !wait) {
    refuse('--no-wait cannot be handed to Slurm: its tasks wait for each other.', 'leave it out.');
  }
}

/** Options of a run that its tasks take over. */
export type TaskFlags = RunnerFlags & ComputeFlags & { readonly plugin: readonly string[] };

const taskOptions = [
  'jobs',
  'fresh',
  'stallTimeout',
  'diagnostics',
  'data',
  'verbose',
  'plugin',
  'device',
] as const satisfies readonly (keyof TaskFlags)[];

/** Returns a run's options that are its tasks' too. */
export function takeTaskFlags(flags: TaskFlags): Record<string, unknown> {
  return Object.fromEntries(taskOptions.map((name) => [name, flags[name]]));
}
