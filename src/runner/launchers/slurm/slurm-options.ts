import { quote } from '../../../text/quote.js';
import { UserError } from '../../../user-error.js';

/** How trials become tasks of Slurm. */
export interface SlurmOptions {
  /** Options of sbatch, such as `partition` and `gres`; an empty text is an option without a value. */
  readonly sbatch: Readonly<Record<string, string>>;
  /** Trials in one task, one after the other; left out: as many as make it one array. */
  readonly chunk?: number;
  /** Tasks at once; left out: as many as Slurm lets run. */
  readonly atOnce?: number;
  /** How often a task whose time was up goes back in the queue. */
  readonly restarts: number;
  /** Seconds between two looks at the queue. */
  readonly poll: number;
}

/** The keys that are prep-lab's and not sbatch's, as messages show them. */
const ownKeys = ['chunk', 'at-once', 'restarts', 'poll'] as const;

type OwnKey = (typeof ownKeys)[number];

/** What the script itself needs to be as it is, and where to say it instead. */
const takenKeys: Readonly<Record<string, string>> = {
  array: 'use at-once=N for as many tasks at a time, and chunk=N for as many trials a task.',
  chdir: 'tasks run in the folder in which the run was started.',
  output: "logs are in the results folder's slurm/N/logs.",
  error: "logs are in the results folder's slurm/N/logs.",
  'open-mode': 'a task that goes on adds to its log.',
  requeue: 'use restarts=N; 0 lets a task whose time is up fail.',
  'no-requeue': 'use restarts=0.',
  wait: 'leave it out: the run waits, or leaves with --detach.',
  ntasks: 'each task of the array is one process; use at-once=N.',
  wrap: 'leave it out.',
};

/** Time is enough for a step and a checkpoint; a scheduler asks only now and then. */
const defaults = { restarts: 100, poll: 10 };

/**
 * Parses the texts of `--slurm key=value`: "chunk", "at-once", "restarts" and "poll" are prep-lab's, all else goes to sbatch.
 * @throws UserError
 */
export function parseSlurmOptions(texts: readonly string[]): SlurmOptions {
  const sbatch: Record<string, string> = {};
  const own: Partial<Record<OwnKey, number>> = {};
  for (const text of texts) {
    const [, key = '', value = ''] = /^(?:--)?([a-z][a-z-]*)(?:=(.*))?$/s.exec(text) ?? [];
    if (key === '') throw unusable(text, 'expected key=value, such as partition=short.');
    if (takenKeys[key]) throw unusable(text, `prep-lab sets "${key}" itself.`, takenKeys[key]);
    if (isOwn(key)) own[key] = parseNumber(text, key, value);
    else if (/[\n\r]/.test(value)) throw unusable(text, 'expected one line.');
    else sbatch[key] = value;
  }
  const { chunk, 'at-once': atOnce, restarts = defaults.restarts, poll = defaults.poll } = own;
  return {
    sbatch,
    ...(chunk !== undefined && { chunk }),
    ...(atOnce !== undefined && { atOnce }),
    restarts,
    poll,
  };
}

function isOwn(key: string): key is OwnKey {
  return ownKeys.some((own) => own === key);
}

function parseNumber(text: string, key: OwnKey, value: string): number {
  const least = key === 'restarts' ? 0 : 1;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least) return number;
  throw unusable(text, `expected a whole number from ${least} on.`);
}

function unusable(text: string, what: string, hint?: string): UserError {
  return new UserError(`--slurm ${quote(text)}: ${what}`, hint === undefined ? {} : { hint });
}
