import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Catalogue } from '../experiment/catalogue.js';
import { shippedLaunchers } from '../experiment/plugins/define-launcher.js';
import { quote } from '../text/quote.js';
import { UserError } from '../user-error.js';
import type { ComputeFlags } from './compute-options.js';
import type { RunnerFlags } from './runner-options.js';

/** Who trains. */
export interface LauncherFlags {
  /** A shipped one, or one of a plug-in. */
  readonly launcher: string;
  readonly launcherOption: readonly string[];
  readonly slurm: readonly string[];
  readonly redis?: string;
  readonly project: string;
  readonly detach?: boolean;
}

/** Of a run that trains itself. */
export const localLauncher: LauncherFlags = {
  launcher: 'local',
  launcherOption: [],
  slurm: [],
  project: '',
};

/** Adds the options that say which machines train. */
export function addLauncherOptions(command: Command): void {
  const slurm = new Option(
    '--slurm <key=value>',
    'an option of sbatch, such as partition=short, or chunk, at-once, restarts, poll (docs/scale.md); repeatable',
  );
  command
    .optionsGroup('On many machines (docs/scale.md):')
    .addOption(
      new Option(
        '--launcher <name>',
        'who trains: this machine, Slurm, workers on Redis, or the launcher of a plug-in',
      )
        .choices(shippedLaunchers)
        .argParser((name) => name)
        .default('local'),
    )
    .addOption(
      new Option(
        '--launcher-option <key=value>',
        'an option of the launcher of a plug-in (docs/plugins.md); repeatable',
      )
        .argParser(addText)
        .default([], 'none'),
    )
    .addOption(slurm.argParser(addText).default([], 'none'))
    .addOption(createRedisOption())
    .addOption(createProjectOption())
    .option('--detach', 'end when all is handed over; the same command finds it again');
}

/** Returns `--redis <url>`. */
export function createRedisOption(): Option {
  const description =
    'where Redis is: redis://host:6379, rediss:// for TLS, or file:PATH of a file with the URL';
  return new Option('--redis <url>', description);
}

/** Returns `--project <name>`. */
export function createProjectOption(): Option {
  return new Option('--project <name>', 'the name under which runs and workers meet in Redis')
    .argParser(parseProject)
    .default('default');
}

function parseProject(text: string): string {
  if (/^[\w.-]{1,60}$/.test(text)) return text;
  throw new InvalidArgumentError('expected letters, digits, ".", "-" and "_".');
}

function addText(text: string, texts: readonly string[]): readonly string[] {
  return [...texts, text];
}

/** @throws UserError for options of another launcher, and for what a launcher cannot do. */
export function requireLauncherOptions(
  flags: LauncherFlags & Pick<RunnerFlags, 'force' | 'wait' | 'keepWeights' | 'jobs'>,
): void {
  const { launcher, launcherOption, slurm, redis, detach, force, wait, keepWeights, jobs } = flags;
  if (launcher !== 'local') requireNumber(jobs);
  const [isSlurm, isRedis] = [launcher === 'slurm', launcher === 'bullmq'];
  const isPlugged = !shippedLaunchers.some((name) => name === launcher);
  const refused: readonly (readonly [boolean | undefined, what: string, hint: string])[] = [
    [
      !isSlurm && slurm.length > 0,
      '--slurm is only read with --launcher slurm.',
      'add --launcher slurm.',
    ],
    [
      !isSlurm && !isRedis && detach,
      '--detach is only for tasks of Slurm and workers on Redis.',
      'add --launcher slurm or bullmq.',
    ],
    [
      !isPlugged && launcherOption.length > 0,
      '--launcher-option is only read by the launcher of a plug-in.',
      'name it with --launcher NAME.',
    ],
    [
      !isRedis && redis !== undefined,
      '--redis is only read with --launcher bullmq.',
      'add --launcher bullmq.',
    ],
    [
      isRedis && redis === undefined,
      '--launcher bullmq needs a Redis.',
      'add --redis redis://host:6379.',
    ],
    [
      (isRedis || isPlugged) && keepWeights,
      '--keep-weights cannot be handed to workers: only results come back.',
      'leave it out.',
    ],
    [
      isSlurm && force,
      '--force cannot be handed to Slurm: a task that is put back in the queue would begin anew.',
      'name another folder with --out.',
    ],
    [
      isSlurm && !wait,
      '--no-wait cannot be handed to Slurm: its tasks wait for each other.',
      'leave it out.',
    ],
    [
      detach && force,
      '--force with --detach would begin anew each time the command is given again.',
      'leave one of the two out.',
    ],
    [
      detach && !wait,
      '--no-wait is not needed with --detach, which waits for nothing.',
      'leave it out.',
    ],
  ];
  for (const [isBroken, what, hint] of refused) if (isBroken) throw new UserError(what, { hint });
}

/** @throws UserError if no launcher has the name. */
export function requireLauncher(
  { launcher }: Pick<LauncherFlags, 'launcher'>,
  { launchers = [] }: Catalogue,
): void {
  const known = [...shippedLaunchers, ...launchers.map(({ name }) => name)];
  if (known.includes(launcher)) return;
  throw new UserError(
    `--launcher must be one of ${known.map(quote).join(', ')}, received ${quote(launcher)}.`,
    { hint: 'one of your own comes with --plugin FILE (docs/plugins.md).' },
  );
}

/** Returns the jobs of a run that others train for. @throws UserError */
export function requireNumber(jobs: RunnerFlags['jobs']): number {
  if (jobs !== 'auto') return jobs;
  throw new UserError('--jobs auto measures this machine, and others train.', {
    hint: 'give a number, such as --jobs 2.',
  });
}

/** Options of a run that its tasks take over. */
export type TaskFlags = RunnerFlags & ComputeFlags & { readonly plugin: readonly string[] };

const taskOptions = [
  'jobs',
  'fresh',
  'freshProcesses',
  'stallTimeout',
  'diagnostics',
  'keepWeights',
  'data',
  'verbose',
  'plugin',
  'device',
] as const satisfies readonly (keyof TaskFlags)[];

/** Returns a run's options that are its tasks' too. */
export function takeTaskFlags(flags: TaskFlags): Record<string, unknown> {
  return Object.fromEntries(taskOptions.map((name) => [name, flags[name]]));
}
