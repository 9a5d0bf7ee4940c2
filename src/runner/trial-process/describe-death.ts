import { lastLine } from '../../engine/install/program.js';
import { isLackOfMemory } from '../../machine-limits.js';

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
export function describeDeath(death: Death): { readonly reason: string; readonly hint?: string } {
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
