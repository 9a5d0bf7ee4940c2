import { type ExitCode, exitCodes, renderHint, UserError } from '../../../user-error.js';
import type { TaskEnd } from '../../launcher.js';
import type { EndedTask } from './cluster.js';

/** What is known of a task that left trials without a result. */
export interface LeftTask {
  /** Such as "12_3". */
  readonly name: string;
  readonly end: EndedTask;
  readonly logFile: string;
  /** The end of the log: what prep-lab or the shell said last. */
  readonly logEnd: string;
}

/** What Slurm's states mean for a trial, and what to do: the sentence goes on from "Its Slurm task 12_3". */
const meanings: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  CANCELLED: {
    what: 'was cancelled',
    hint: 'somebody gave "scancel", or a limit of the partition did',
  },
  OUT_OF_MEMORY: {
    what: 'ran out of memory',
    hint: 'ask for more, such as --slurm mem=16G, or use a smaller training.batchSize',
  },
  NODE_FAIL: { what: 'ended because its node failed', hint: 'it was not put back in the queue' },
  REQUEUE_HOLD: {
    what: 'was held because its node failed too often',
    hint: 'Slurm allows five times, or "max_batch_requeue"; "scancel" takes it out of the queue',
  },
  BOOT_FAIL: { what: 'ended because its node did not start', hint: 'tell who runs the cluster' },
  TIMEOUT: {
    what: 'ran into its time limit',
    hint: 'ask for more with --slurm time=..., or for an earlier warning with --slurm signal=B:TERM@300',
  },
  DEADLINE: {
    what: 'ran into its deadline',
    hint: 'ask for a later one with --slurm deadline=...',
  },
  PREEMPTED: { what: 'gave way to another job', hint: 'another partition may not be preempted' },
};

/** A trial that failed has its row. */
const regularCodes: readonly number[] = [exitCodes.done, exitCodes.trialFailed];

/** The codes that end a run wherever it computes: the next trial would meet the same. */
const endingCodes: readonly number[] = [
  exitCodes.usage,
  exitCodes.resultsInUse,
  exitCodes.storage,
  exitCodes.engine,
  exitCodes.cannotResume,
  exitCodes.data,
  exitCodes.bug,
];

/** Says why trials of a task have no result. */
export function explainTaskEnd(task: LeftTask): TaskEnd {
  const { name, end, logFile } = task;
  const meaning = meanings[end.state];
  const where = end.node ? ` on ${end.node}` : '';
  if (meaning) {
    return {
      failure: {
        reason: `Its Slurm task ${name}${where} ${meaning.what}.`,
        hint: `${meaning.hint}; --retry-failed goes on from the last checkpoint. Its log is "${logFile}".`,
      },
      isRegular: false,
      blames: end.state === 'CANCELLED' ? 'all' : 'begun',
    };
  }
  const reason = `Its Slurm task ${name}${where} ${renderEnd(end)}${renderSaid(task)}`;
  const failure = { reason, hint: `its log is "${logFile}".` };
  const isRegular = end.signal === 0 && regularCodes.includes(end.exitCode);
  return {
    failure,
    isRegular,
    blames: 'begun',
    ...(isBroken(end) && { error: createError(task, reason) }),
  };
}

function renderEnd(end: EndedTask): string {
  if (end.signal > 0) return `was killed by signal ${end.signal}`;
  if (end.exitCode === exitCodes.terminated) return 'was put back in the queue as often as allowed';
  return `ended with exit code ${end.exitCode} (${end.state})`;
}

function renderSaid({ logEnd }: LeftTask): string {
  return logEnd === '' ? '.' : `: ${logEnd}`;
}

/** What a shell says of a program that it does not find, and what prep-lab says of machine, folder and data. */
function isBroken(end: EndedTask): boolean {
  if (end.signal > 0) return false;
  const { exitCode } = end;
  return endingCodes.includes(exitCode) || exitCode === 126 || exitCode === 127;
}

function createError({ end, logFile }: LeftTask, reason: string): UserError {
  const isKnown = endingCodes.includes(end.exitCode);
  return new UserError(reason.replace(/^Its/, 'The'), {
    hint: `the other tasks go on; the same command hands over what is missing. The log is "${logFile}".`,
    exitCode: isKnown ? (end.exitCode as ExitCode) : exitCodes.engine,
  });
}

/** Returns what a log ends with: prep-lab's error, which may have a hint below it, or the last line. */
export function readLogEnd(text: string): string {
  const lines = text.trimEnd().split('\n');
  const start = renderHint('').trim();
  const hint = lines.at(-1)?.startsWith(start) ? -2 : -1;
  return lines.at(hint)?.trim() ?? '';
}
