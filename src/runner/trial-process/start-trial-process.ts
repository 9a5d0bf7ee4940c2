import type { ChildProcess } from 'node:child_process';
import { readCpuLimit } from '../../machine-limits.js';
import type { EpochRecord } from '../../training/train.js';
import { UserError } from '../../user-error.js';
import type { TrialResult } from '../result.js';
import { describeDeath } from './describe-death.js';
import { cannotStart, forkChild } from './fork-child.js';
import type { ChildMessage, ParentMessage, ProgressNumbers, TrialOrder } from './messages.js';
import { createTrialHistory, type TrialHistory, type TrialSoFar } from './trial-history.js';
import { createWatchdog } from './watchdog.js';

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
  | { readonly type: 'ended'; readonly result: TrialResult; readonly predicted?: Uint8Array }
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'died';
      readonly reason: string;
      readonly hint?: string;
      /** How far it had come. */
      readonly past: TrialSoFar;
    };

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
          describeDeath({
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
    throw new UserError(message, { exitCode, ...(hint && { hint }) });
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
