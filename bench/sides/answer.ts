import { readFileSync } from 'node:fs';
import type { Answer } from '../measurement.js';

/** Returns what this side is asked: its first argument. */
export function readRequest<Request>(): Request {
  return JSON.parse(process.argv[2] ?? '{}') as Request;
}

/** Returns the seconds since the benchmark started this process. */
export function secondsSinceStart(): number {
  return (Date.now() - Number(process.env.PREP_LAB_BENCH_STARTED)) / 1000;
}

/** Prints what was measured, with the memory that this process has taken at most so far. */
export function printAnswer(answer: Omit<Answer, 'peakMemoryBytes'>): void {
  const peakMemoryBytes = readPeakMemoryBytes();
  process.stdout.write(`${JSON.stringify({ ...answer, peakMemoryBytes })}\n`);
}

/** Undefined where there is no /proc. */
function readPeakMemoryBytes(): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
