import type { ChildProcess } from 'node:child_process';
import type { ClassLabels } from '../../datasets/labelled-images.js';
import type { TrialResult } from '../../results/result.js';
import { isLackOfMemory, readCpuLimit } from '../../storage/machine-limits.js';
import { lastLine } from '../../storage/run-program.js';
import type { EpochRecord } from '../../training/train.js';
import { UserError } from '../../user-error.js';
import type { Failure } from '../explain-failure.js';
import { cannotStart, forkChild } from './fork-child.js';
import type { ChildMessage, ParentMessage, ProgressNumbers, TrialOrder } from './messages.js';
import { createTrialHistory, type TrialHistory, type TrialSoFar } from './trial-history.js';
import { createWatchdog } from './watchdog.js';

/** How a child process ended without a word. */
export interface Death {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set where it was killed because it said nothing for so long. */
  readonly stalledSeconds: number | undefined;
  /** What CPU time the system allows each process; nothing without a limit. */
  readonly cpuLimitSeconds: number | undefined;
  /** The end of what it printed. */
  readonly output: string;
}

/** An exception that nobody caught: Node prints its stack below, and its own version as the last line. */
const exception = /^(?:Uncaught )?\w*Error(?: \[\w+\])?: .+$/m;

function findException(output: string): string | undefined {
  return exception.exec(output)?.[0];
}

/** Says in one sentence why a trial's process ended, and what to do. */
export function explainDeath(death: Death): Failure {
  const { exitCode, signal, stalledSeconds, cpuLimitSeconds, output } = death;
  if (stalledSeconds !== undefined) {
    return {
      reason: `It made no progress for ${stalledSeconds} s and was ended.`,
      hint: 'Give it more time with --stall-timeout, or see with --verbose where it hangs.',
    };
  }
  // The system kills where the limit that warns, with SIGXCPU, is also the last one: "ulimit -t" sets both.
  if (signal === 'SIGXCPU' || (signal === 'SIGKILL' && cpuLimitSeconds !== undefined)) {
    const limit = cpuLimitSeconds === undefined ? '' : ` (${cpuLimitSeconds} s)`;
    const doubt = signal === 'SIGKILL' ? ', or when memory runs out' : '';
    return {
      reason: `Its process was killed (${signal}), as the kernel does when the CPU time that "ulimit -t" allows${limit} is used up${doubt}.`,
      hint: 'Raise "ulimit -t", then use --retry-failed: it goes on from the last checkpoint.',
    };
  }
  if (signal === 'SIGKILL') {
    return {
      reason: 'Its process was killed (SIGKILL), as the kernel does when memory runs out.',
      hint: 'Use a smaller training.batchSize or fewer --jobs; "dmesg" says whether it was memory.',
    };
  }
  const lack = output.split('\n').find(isLackOfMemory);
  // More lines follow on what Node's heap and C++ say before they abort.
  if (signal && lack !== undefined) {
    return {
      reason: `Its process ran out of memory (${signal}): ${lack.trim()}`,
      hint: 'Use a smaller training.batchSize or fewer --jobs.',
    };
  }
  const said = findException(output) ?? lastLine(output);
  const how = signal ? `crashed (${signal})` : `ended with exit code ${exitCode}`;
  return {
    reason: said ? `Its process ${how}: ${said}` : `Its process ${how}.`,
    hint: 'Run it alone with --verbose to see more, and with --retry-failed.',
  };
}

export interface TrialProcessOptions {
  readonly order: TrialOrder;
  /** What `CUDA_VISIBLE_DEVICES` is to be in the child; left out to leave it as it is. */
  readonly visibleGpu?: string | undefined;
  /** A child that says nothing for this long is killed. */
  readonly stallSeconds: number;
  onNote(text: string): void;
  onProgress(progress: ProgressNumbers): void;
  onEpoch(record: EpochRecord): void;
  onResumed(place: Resumed): void;
}

type Resumed = Extract<ChildMessage, { readonly type: 'resumed' }>;

/** How a trial's process ended, if it was not the run's end. */
export type TrialEnd =
  | { readonly type: 'ended'; readonly result: TrialResult; readonly predicted?: ClassLabels }
  | { readonly type: 'interrupted' }
  /** `past`: how far it had come. */
  | (Failure & { readonly type: 'died'; readonly past: TrialSoFar });

/** A trial on its way in a process of its own. */
export interface TrialProcess {
  /** @throws UserError for what ends the whole run, such as a full disk. */
  readonly ended: Promise<TrialEnd>;
  /** Lets it finish its step and write a checkpoint; it then ends as interrupted. */
  stop(): void;
}

/** Of what a child writes to stderr, this much is kept to explain its death. */
const keptCharacters = 4000;

/**
 * Starts a trial in a child process: TensorFlow blocks the event loop, gives memory back only by ending, and may crash.
 * @throws UserError (engine) if the system gives no process.
 */
export function startTrialProcess(options: TrialProcessOptions): TrialProcess {
  const { order, visibleGpu, stallSeconds } = options;
  const child = forkChild(visibleGpu);
  const output = keepOutput(child, order.verbose);
  send(child, { type: 'start', order });
  return {
    ended: watch(child, options, { output, stallSeconds }),
    stop: () => send(child, { type: 'stop' }),
  };
}

/** A child that has just died receives nothing, which its exit tells anyway. */
function send(child: ChildProcess, message: ParentMessage): void {
  if (child.connected) child.send(message, () => {});
}

/** What plug-ins and TensorFlow print must not mix with the results on stdout. */
function keepOutput(child: ChildProcess, verbose: boolean): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-keptCharacters);
      if (verbose) process.stderr.write(text);
    });
  }
  return () => kept;
}

function watch(
  child: ChildProcess,
  options: TrialProcessOptions,
  { output, stallSeconds }: { output: () => string; stallSeconds: number },
): Promise<TrialEnd> {
  return new Promise((resolve, reject) => {
    const past = createTrialHistory();
    let last: ChildMessage | undefined;
    let isStalled = false;
    const watchdog = createWatchdog(stallSeconds, () => {
      isStalled = true;
      child.kill('SIGKILL');
    });
    child.on('message', (message) => {
      watchdog.calm();
      last = message as ChildMessage;
      past.take(last);
      report(last, options);
    });
    child.on('error', (error) => {
      watchdog.stop();
      reject(cannotStart(error));
    });
    child.on('close', (exitCode, signal) => {
      watchdog.stop();
      try {
        const describe = () =>
          explainDeath({
            exitCode,
            signal,
            stalledSeconds: isStalled ? stallSeconds : undefined,
            cpuLimitSeconds: readCpuLimit(),
            output: output(),
          });
        resolve(endOf(last, past) ?? { type: 'died', ...describe(), past: past.now() });
      } catch (error) {
        reject(error);
      }
    });
  });
}

function report(message: ChildMessage, options: TrialProcessOptions): void {
  if (message.type === 'note') options.onNote(message.text);
  if (message.type === 'progress') options.onProgress(message.progress);
  if (message.type === 'epoch') options.onEpoch(message.record);
  if (message.type === 'resumed') options.onResumed(message);
}

/** Nothing if the last message was not one that ends a trial. @throws what ends the run. */
function endOf(last: ChildMessage | undefined, past: TrialHistory): TrialEnd | undefined {
  if (last?.type === 'broken') {
    const { message, hint, exitCode } = last;
    throw new UserError(message.split('\n'), { exitCode, ...(hint && { hint }) });
  }
  if (last?.type === 'bug') {
    const error = new Error('A trial’s process failed.');
    error.stack = last.stack;
    throw error;
  }
  if (last?.type === 'failed') return { type: 'died', ...last.failure, past: past.now() };
  if (last?.type === 'ended' || last?.type === 'interrupted') return last;
  return undefined;
}
