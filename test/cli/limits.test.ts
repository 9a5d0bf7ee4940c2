import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { programFile } from './run-program.js';

/** Runs the built program in a shell with a limit. */
function runWithin(limit: string, ...parameters: readonly string[]) {
  const words = ['-c', `ulimit ${limit}; exec "$0" "$@"`, process.execPath, programFile];
  return new Promise((resolve) => {
    execFile('bash', [...words, ...parameters], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test.each(['30', '60'])('With %s files that may be open, the limit is named', async (files) => {
  expect(await runWithin(`-n ${files}`, 'validate', 'experiments/minmax.json')).toEqual({
    exitCode: 5,
    stdout: '',
    stderr: `Too many files are open (EMFILE): "ulimit -n" allows ${files}.\nHint: raise the limit with "ulimit -n 256".\n`,
  });
});
