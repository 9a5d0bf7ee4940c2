import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { programFile } from './run-program.js';

/** Runs the built program in a shell, after a command. */
function runAfter(command: string, ...parameters: readonly string[]) {
  const words = ['-c', `${command}; exec "$0" "$@"`, process.execPath, programFile];
  return new Promise((resolve) => {
    execFile('bash', [...words, ...parameters], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test.each(['30', '60'])('With %s files that may be open, the limit is named', async (files) => {
  expect(await runAfter(`ulimit -n ${files}`, 'validate', 'experiments/minmax.json')).toEqual({
    exitCode: 5,
    stdout: '',
    stderr: `Too many files are open (EMFILE): "ulimit -n" allows ${files}.\nHint: raise the limit with "ulimit -n 256".\n`,
  });
});

test('A current folder that was removed is told', async () => {
  const file = resolve('experiments/minmax.json');
  const command = 'cd "$(mktemp --directory)"; rmdir "$PWD"';
  expect(await runAfter(command, 'preview', file)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'The current folder is not there any more.\nHint: change to another one: cd.\n',
  });
});
