import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handTrial } from '../../src/runner/handed-trial.js';
import { renderChunk } from '../../src/runner/launchers/slurm/chunk.js';
import { readConditions } from '../../src/runner/plan/conditions.js';
import { createTrialStore } from '../../src/runner/store/trial-store.js';
import { planTrials } from '../../src/runner/trial.js';
import { parseExperiment } from '../experiment/parse.js';
import { race } from '../experiment/race.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const small = {
  dataset: { trainLimit: 100, testLimit: 100 },
  training: { epochs: 1, validation: 'none' },
};

/** As a run with a race on two arms plans them: a task may get one of them, without its control. */
async function planRacingTrials() {
  const conditions = await readConditions({ device: 'cpu', threads: 1, execution: 'graph' });
  const control = parseExperiment({ ...small, name: race.against, preprocessing: ['minmax'] });
  const racer = parseExperiment({ ...small, name: 'racer', preprocessing: ['zscore'] });
  const trials = planTrials([control, racer], { race }, { conditions });
  return { conditions, racing: trials.filter(({ experiment }) => experiment.name === 'racer') };
}

test('A task trains a racing trial that it was handed, without its control and the seeds before', async () => {
  const folder = await temporaryFolder();
  const { conditions, racing } = await planRacingTrials();
  const last = racing.slice(-1);
  const chunk = renderChunk({
    out: join(folder, 'results'),
    flags: { jobs: 1, stallTimeout: 600, diagnostics: false, plugin: [], device: 'cpu' },
    threads: 1,
    device: 'cpu',
    execution: 'graph',
    trials: last.map((trial) => handTrial(trial, conditions)),
  });
  await writeFile(join(folder, '0.json'), chunk);
  const { exitCode, stderr } = await runProgram(['worker', '--chunk', '0.json'], { folder });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const store = createTrialStore(join(folder, 'results'));
  const stored = await Promise.all(racing.map((trial) => store.look(trial)));
  expect(stored.map(({ status }) => status)).toEqual([...racing.slice(1).map(() => 'new'), 'done']);
}, 300_000);
