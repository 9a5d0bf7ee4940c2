import { fileURLToPath } from 'node:url';
import type { DeviceRequest } from './install/device.js';
import { lastLine, runProgram } from './install/program.js';
import type { RunningEngine } from './start.js';

/** What an engine computes on, or why it does not. */
export type ProbeAnswer = { readonly engine: RunningEngine } | { readonly problem: string };

/**
 * Loads the installed engine in a process of its own and multiplies matrices with it, so that a broken library or
 * driver can do this process no harm.
 */
export async function probeEngine(device: DeviceRequest): Promise<ProbeAnswer> {
  const program = fileURLToPath(new URL('./probe-program.js', import.meta.url));
  const result = await runProgram(process.execPath, [program, device]);
  try {
    return JSON.parse(lastLine(result?.stdout ?? '')) as ProbeAnswer;
  } catch {
    const reason = lastLine(result?.stderr ?? '') || 'it says nothing about why.';
    return { problem: `TensorFlow ended the process that loaded it: ${reason}` };
  }
}
