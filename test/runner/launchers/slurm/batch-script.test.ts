import { expect, test } from 'vitest';
import { renderBatchScript } from '../../../../src/runner/launchers/slurm/batch-script.js';
import { parseSlurmOptions } from '../../../../src/runner/launchers/slurm/slurm-options.js';

const script = {
  firstChunk: 0,
  taskCount: 12,
  folder: '/home/me/results/slurm/1',
  workingFolder: '/home/me',
  program: ['/usr/bin/node', '/opt/prep-lab/dist/bin.js'],
};

test('A script asks for an array and for a signal before its time is up', () => {
  const options = parseSlurmOptions(['partition=short', 'time=30', 'at-once=3', 'exclusive']);
  expect(
    renderBatchScript({ ...script, options })
      .split('\n')
      .slice(0, 13),
  ).toEqual([
    '#!/bin/bash',
    '#SBATCH --job-name=prep-lab',
    '#SBATCH --signal=B:TERM@90',
    '#SBATCH --partition=short',
    '#SBATCH --time=30',
    '#SBATCH --exclusive',
    '#SBATCH --array=0-11%3',
    '#SBATCH --chdir=/home/me',
    '#SBATCH --output=/home/me/results/slurm/1/logs/%A_%a.log',
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    '',
    '/usr/bin/node /opt/prep-lab/dist/bin.js worker --chunk /home/me/results/slurm/1/chunks/"$SLURM_ARRAY_TASK_ID.json" &',
  ]);
});

test('A second array counts its chunks on from the first, and what is asked for replaces what is usual', () => {
  const options = parseSlurmOptions(['signal=B:TERM@300', 'job-name=mine', 'restarts=2']);
  const text = renderBatchScript({ ...script, firstChunk: 1001, options });
  expect(text).toContain('chunks/"$((SLURM_ARRAY_TASK_ID + 1001)).json" &\n');
  expect(text).toContain('#SBATCH --signal=B:TERM@300\n');
  expect(text).toContain('#SBATCH --job-name=mine\n');
  expect(text).toContain(':-0}" -lt 2 ]');
});

test('Folders with blanks, quotes and percent signs stay what they are', () => {
  const options = parseSlurmOptions(['comment=two words']);
  const folder = "/home/o'neil/100 %/slurm/1";
  const text = renderBatchScript({ ...script, folder, options });
  expect(text).toContain('#SBATCH --comment="two words"\n');
  expect(text).toContain(`#SBATCH --output="/home/o'neil/100 %%/slurm/1/logs/%A_%a.log"\n`);
  expect(text).toContain(`worker --chunk '/home/o'\\''neil/100 %/slurm/1/chunks/'"$SLURM`);
});
