import { spawn } from 'node:child_process';
import { programFile } from '../cli/run-program.js';
import type { RunEnd, RunSetting } from './start-run.js';

/** Runs the program within a line for bash, in which "$0" "$@" is the command. */
export function runInShell(
  { folder, parameters, environment }: RunSetting,
  line: string,
): Promise<Pick<RunEnd, 'end'>> {
  return new Promise((resolve, reject) => {
    const words = ['-c', line, process.execPath, programFile, ...parameters];
    const child = spawn('bash', words, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ end: code ?? signal ?? 0 }));
  });
}
