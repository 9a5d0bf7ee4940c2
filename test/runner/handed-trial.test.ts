import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { readExperimentFiles } from '../../src/experiment/read-experiment.js';
import { searchSchema } from '../../src/experiment/search/search-schema.js';
import { type HandedTrial, handTrial, receiveTrial } from '../../src/runner/handed-trial.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import { planTrials } from '../../src/runner/trial.js';
import { race } from '../experiment/race.js';

const conditions = plainConditions();
const catalogue = shippedCatalogue();
const context = { catalogue, conditions };

async function planShipped() {
  const files = readdirSync('experiments', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .map((name) => `experiments/${name}`);
  const plans = [];
  for (const file of files) {
    const [read] = await readExperimentFiles([file], { catalogue, sets: [] });
    const experiments = read?.variants.map(({ experiment }) => experiment) ?? [];
    plans.push(
      ...planTrials(experiments, { epochs: 2, limit: { train: 8000, test: 500 }, seeds: [3, 5] }),
    );
  }
  return plans;
}

/** As it is in a file or in Redis. */
const travel = (handed: HandedTrial): HandedTrial => JSON.parse(JSON.stringify(handed));

test('Every shipped experiment arrives as it was planned, with fewer images and other seeds', async () => {
  const plan = await planShipped();
  expect(plan.length).toBeGreaterThan(20);
  for (const trial of plan) {
    expect(await receiveTrial(travel(handTrial(trial, conditions)), context)).toEqual(trial);
  }
});

const [trial] = await planShipped();
if (!trial) throw new Error('There is no shipped experiment.');
const handed = handTrial(trial, conditions);
const prefix = `This prep-lab may not train ${trial.id} for the run: `;

test.each([
  [{ prepLab: '9.9.9' }, /it is prep-lab \d+\.\d+\.\d+, the run is 9\.9\.9\.$/],
  [{ codeSha256: 'abcdef0123' }, /its code is [0-9a-f]{8}, the run's abcdef01\.$/],
  [{ conditions: { ...conditions, threads: 77 } }, /its threads is \d+, the run's 77\.$/],
  [{ conditions: { ...conditions, device: 'gpu' } }, /its device is "cpu", the run's "gpu"\.$/],
])('A trial of another maker is refused: %j', async (changes, message) => {
  const foreign = { ...handed, maker: { ...handed.maker, ...changes } };
  const receive = () => receiveTrial(foreign, context);
  await expect(receive()).rejects.toThrow(prefix);
  await expect(receive()).rejects.toThrow(message);
});

test('A trial whose key is not that of its experiment is refused', async () => {
  const experiment = { ...trial.experiment, training: { ...trial.experiment.training, epochs: 1 } };
  const receive = () => receiveTrial({ ...handed, experiment }, context);
  await expect(receive()).rejects.toThrow(`${prefix}its plug-ins or its images are not the run's.`);
});

test('An experiment that is none is told as in a file', async () => {
  const receive = () => receiveTrial({ ...handed, experiment: { name: 'x' } }, context);
  await expect(receive()).rejects.toThrow(`${trial.id}: model is missing`);
});

test('A configuration of a search is received as the one that it is', async () => {
  const over = { 'training.batchSize': [16, 64] };
  const search = searchSchema.parse({ over });
  const chosen = { configurations: 2, place: 1, score: 0.5 };
  const searched = { ...trial, experiment: { ...trial.experiment, search }, chosen };
  const received = await receiveTrial(travel(handTrial(searched, conditions)), context);
  expect(received).toEqual(searched);
});

test('One that races is received alone', async () => {
  const racing = { ...trial, experiment: { ...trial.experiment, race } };
  const received = await receiveTrial(travel(handTrial(racing, conditions)), context);
  expect([received.key, received.experiment.race]).toEqual([trial.key, race]);
});
