import { expect, test } from 'vitest';
import { parseSlurmOptions } from '../../../../src/runner/launchers/slurm/slurm-options.js';
import { UserError } from '../../../../src/user-error.js';

test('Keys of prep-lab are read, all others go to sbatch', () => {
  const texts = ['partition=short', 'gres=gpu:1', '--mem=4G', 'exclusive', 'chunk=5', 'at-once=20'];
  expect(parseSlurmOptions(texts)).toEqual({
    sbatch: { partition: 'short', gres: 'gpu:1', mem: '4G', exclusive: '' },
    chunk: 5,
    atOnce: 20,
    restarts: 100,
    poll: 10,
  });
});

test.each([
  [
    'array=0-9',
    '--slurm "array=0-9": prep-lab sets "array" itself.',
    'use at-once=N for as many tasks at a time, and chunk=N for as many trials a task.',
  ],
  ['=x', '--slurm "=x": expected key=value, such as partition=short.', undefined],
  ['chunk=0', '--slurm "chunk=0": expected a whole number from 1 on.', undefined],
  ['restarts=-1', '--slurm "restarts=-1": expected a whole number from 0 on.', undefined],
  ['comment=a\nb', '--slurm "comment=a\\nb": expected one line.', undefined],
])('%j is refused', (text, message, hint) => {
  const parse = () => parseSlurmOptions([text]);
  expect(parse).toThrow(UserError);
  expect(parse).toThrow(expect.objectContaining({ message, hint }));
});
