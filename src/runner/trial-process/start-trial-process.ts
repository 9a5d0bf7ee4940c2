import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
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
  /** It was left after the epoch that its order named. `history`: set where its checkpoint is on another machine. */
  | { readonly type: 'paused'; readonly history?: readonly EpochRecord[] }
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

/** Processes that train trials, one at a time each. */
export interface TrialProcesses {
  /**
   * Has a trial trained by a process that has just trained another one on the same GPU, or by a new one: TensorFlow blocks the event loop,
   * may crash, and gives some memory back only by ending.
   * @throws UserError (engine) if the system gives no process.
   */
  start(options: TrialProcessOptions): TrialProcess;
  /** Ends those that wait for a trial. */
  close(): void;
}

/** Creates the processes of a run; none is started before a trial is. */
export function createTrialProcesses(): TrialProcesses {
  const idle = new Set<Worker>();
  const begin = (visibleGpu: string | undefined) => {
    const worker = startWorker(visibleGpu);
    worker.child.once('close', () => idle.delete(worker));
    return worker;
  };
  const train = async (worker: Worker, options: TrialProcessOptions): Promise<TrialEnd> => {
    idle.delete(worker);
    worker.wake(options.order.verbose);
    const watched = watch(worker, options);
    send(worker.child, { type: 'start', order: options.order });
    const { end, stays } = await watched;
    if (stays) {
      worker.rest();
      idle.add(worker);
    }
    return end;
  };
  return {
    start(options) {
      const { visibleGpu } = options;
      const kept = [...idle].find((worker) => worker.visibleGpu === visibleGpu);
      let worker: Worker | undefined = kept ?? begin(visibleGpu);
      const ended = train(worker, options)
        .catch((error: unknown) => {
          if (!(error instanceof DeadBefore)) throw error;
          worker = begin(visibleGpu);
          return train(worker, options);
        })
        .finally(() => {
          worker = undefined;
        });
      return {
        ended,
        stop() {
          if (worker) send(worker.child, { type: 'stop' });
        },
      };
    },
    close() {
      for (const { child } of idle) child.kill('SIGKILL');
    },
  };
}

/** A process that had waited for a trial died before it said a word of it. */
class DeadBefore extends Error {}

/** A process that trains one trial after the other. */
interface Worker {
  readonly child: ChildProcess;
  readonly visibleGpu: string | undefined;
  /**
   * A trial begins: this process lives on until it has ended.
   * @param verbose Shows what plug-ins and TensorFlow print; it must not mix with the results on stdout.
   */
  wake(verbose: boolean): void;
  /** It waits for a trial, and keeps nobody. */
  rest(): void;
  /** Whether it has trained a trial before. */
  isUsed(): boolean;
  /** The end of what it printed during its present trial. */
  output(): string;
}

function startWorker(visibleGpu: string | undefined): Worker {
  const child = forkChild(visibleGpu);
  const streams = [child.stdout, child.stderr] as (Socket | null)[];
  let [kept, isVerbose, trialCount] = ['', false, 0];
  for (const stream of streams) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-keptCharacters);
      if (isVerbose) process.stderr.write(text);
    });
  }
  const handles = [child, child.channel, ...streams];
  return {
    child,
    visibleGpu,
    wake(verbose) {
      [kept, isVerbose, trialCount] = ['', verbose, trialCount + 1];
      for (const handle of handles) handle?.ref();
    },
    rest() {
      for (const handle of handles) handle?.unref();
    },
    isUsed: () => trialCount > 1,
    output: () => kept,
  };
}

/** A child that has just died receives nothing, which its exit tells anyway. */
function send(child: ChildProcess, message: ParentMessage): void {
  if (child.connected) child.send(message, () => {});
}

/** How a trial ended, and whether its process takes another. */
interface WatchedEnd {
  readonly end: TrialEnd;
  readonly stays: boolean;
}

function watch(worker: Worker, options: TrialProcessOptions): Promise<WatchedEnd> {
  const { child } = worker;
  const { stallSeconds } = options;
  return new Promise((resolve, reject) => {
    const past = createTrialHistory();
    let last: ChildMessage | undefined;
    let isStalled = false;
    const watchdog = createWatchdog(stallSeconds, () => {
      isStalled = true;
      child.kill('SIGKILL');
    });
    const leave = () => {
      watchdog.stop();
      child.off('message', onMessage).off('error', onError).off('close', onClose);
    };
    const onMessage = (message: unknown) => {
      watchdog.calm();
      last = message as ChildMessage;
      past.take(last);
      report(last, options);
      if (!('stays' in last) || !last.stays) return;
      leave();
      resolve({ end: last, stays: true });
    };
    const onError = (error: Error) => {
      leave();
      reject(cannotStart(error));
    };
    const onClose = (exitCode: number | null, signal: NodeJS.Signals | null) => {
      leave();
      if (!last && !isStalled && worker.isUsed()) return reject(new DeadBefore());
      try {
        const describe = () =>
          explainDeath({
            exitCode,
            signal,
            stalledSeconds: isStalled ? stallSeconds : undefined,
            cpuLimitSeconds: readCpuLimit(),
            output: worker.output(),
          });
        const end = endOf(last, past) ?? { type: 'died', ...describe(), past: past.now() };
        resolve({ end, stays: false });
      } catch (error) {
        reject(error);
      }
    };
    child.on('message', onMessage).on('error', onError).on('close', onClose);
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
  if (last?.type === 'ended' || last?.type === 'interrupted' || last?.type === 'paused')
    return last;
  return undefined;
}
