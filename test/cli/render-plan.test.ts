import { expect, test } from 'vitest';
import { renderPlan, renderPlanJson } from '../../src/cli/dry-run.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import type { PlannedTrial } from '../../src/runner/plan/planned-trial.js';
import type { Trial } from '../../src/runner/trial.js';
import { experiment } from '../report/results.js';

const trial = (name: string, seed: number, changes: Trial['changes'] = []): Trial => ({
  id: `${name}-seed${seed}-01234567`,
  key: '01234567',
  settingKey: '89abcdef',
  experiment: experiment({ name }),
  seed,
  writtenEpochs: 10,
  changes,
});

const trials: PlannedTrial[] = [
  { trial: trial('raw', 0), status: 'done', isChosen: false },
  {
    trial: trial('raw', 1, [{ path: 'training.batchSize', value: 32 }]),
    status: 'partial',
    epochsDone: 4,
    isChosen: true,
    estimatedSeconds: 60,
  },
  { trial: trial('zscore', 10), status: 'new', isChosen: true },
  { trial: trial('zscore', 11), status: 'failed', isChosen: false },
];

test('A plan has a line for each trial, and says what a run would do', () => {
  expect(renderPlan({ trials, sourceCount: 1 }, 'out')).toBe(`\
id                      experiment  seed  status                   time       changes
raw-seed0-01234567      raw         0     done                     -          -
raw-seed1-01234567      raw         1     partial (epoch 4 of 10)  1 min 0 s  training.batchSize=32
zscore-seed10-01234567  zscore      10    new                      -          -
zscore-seed11-01234567  zscore      11    failed                   -          -

4 trials: 1 new, 1 partial, 1 done, 1 failed.
A run trains 2 of them, about 1 min 0 s one after the other and 1 without an estimate.
Times are from 1 done trial in "out" with the same model, preprocessing, device and threads.
`);
});

test('A plan without anything to train says so', () => {
  const [done] = trials as [PlannedTrial];
  expect(renderPlan({ trials: [done], sourceCount: 0 }, 'out')).toMatch(
    /\n1 trial: 1 done\.\nA run trains none of them\.\n$/,
  );
});

test('As JSON a plan is an array of trials', () => {
  const command = {
    words: ['run', 'raw.json', '--seeds', '2', '--dry-run', '--json'],
    flags: { set: [] },
    conditions: { ...plainConditions(), threads: 2 },
  };
  const plan = [trial('minmax', 0), ...trials.map((planned) => planned.trial)];
  const [, partial, fresh] = JSON.parse(
    renderPlanJson({ trials, sourceCount: 1 }, { plan, command }),
  );
  expect(partial).toEqual({
    index: 2,
    id: 'raw-seed1-01234567',
    key: '01234567',
    experiment: 'raw',
    seed: 1,
    changes: [{ path: 'training.batchSize', value: 32 }],
    status: 'partial',
    epochsDone: 4,
    willTrain: true,
    estimatedSeconds: 60,
    command: [
      ...['prep-lab', 'run', '--trials', 'raw-seed1-01234567', '--device', 'cpu', '--threads', '2'],
      ...['raw.json', '--seeds', '2'],
    ],
  });
  expect(fresh).toMatchObject({ status: 'new', willTrain: true, estimatedSeconds: null });
});
