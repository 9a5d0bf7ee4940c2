import { fileURLToPath } from 'node:url';
import { lastLine, runProgram } from '../storage/run-program.js';
import type { DeviceRequest } from './device.js';
import type { RunningEngine } from './start.js';

/** What an engine computes on, or why it does not, in both cases with TensorFlow's last word on it. */
export type Probe = ProbeAnswer & {
  /** The last error in TensorFlow's log; left out where it is empty. */
  readonly complaint?: string;
};

/** What the probing process answers. */
export type ProbeAnswer = { readonly engine: RunningEngine } | { readonly problem: string };

/**
 * Loads the installed engine in a process of its own and multiplies matrices with it, so that a broken library or
 * driver can do this process no harm.
 */
export async function probeEngine(device: DeviceRequest): Promise<Probe> {
  const program = fileURLToPath(new URL('./probe-program.js', import.meta.url));
  const environment = { TF_CPP_MIN_LOG_LEVEL: '2' };
  const result = await runProgram(process.execPath, [program, device], { environment });
  const complaint = lastError(result?.stderr ?? '');
  try {
    const answer = JSON.parse(lastLine(result?.stdout ?? '')) as ProbeAnswer;
    return { ...answer, ...(complaint && { complaint }) };
  } catch {
    const reason = complaint || lastLine(result?.stderr ?? '') || 'it says nothing about why.';
    return { problem: `TensorFlow ended the process that loaded it: ${reason}` };
  }
}

/** Returns the last error line of TensorFlow's log, without its time and place in the source. */
export function lastError(log: string): string {
  const errors = log.split('\n').flatMap((line) => /^[EF]\d{4} .*?\] (.*)$/.exec(line)?.[1] ?? []);
  return errors.at(-1)?.trim() ?? '';
}
