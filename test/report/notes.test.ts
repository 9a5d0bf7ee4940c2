import { expect, test } from 'vitest';
import { selectTrainedArms } from '../../src/analysis/findings/trained-arm.js';
import { renderMarkdownTable } from '../../src/report/markdown-table.js';
import { computeReadingNotes } from '../../src/report/notes.js';
import { computeRows } from '../../src/report/rows.js';
import type { Results } from '../../src/results/result.js';
import type { EarlyStoppingOptions } from '../../src/training/early-stopping.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';
import { doneTrial, experiment, failedTrial, resultsOf } from './results.js';

const weights = 'Test accuracy: on 10,000 test images, with the weights after the last epoch.';
const best =
  'Best: the highest accuracy after any epoch, chosen on the test images themselves, so too good by the choice.';
const spread =
  'Another seed moves a result by 1 to 4 points (full runs of the baseline), so smaller differences between single trials mean nothing.';
const published = { testAccuracy: 0.6547, source: 'the study' };
const { training } = experiment();
const earlyStopping: EarlyStoppingOptions = {
  monitor: 'validationAccuracy',
  patience: 8,
  minDelta: 0,
  restoreBestWeights: true,
  startFromEpoch: 0,
};

/** The notes below the whole table, but for findings. */
function notesOn(results: Results): string[] {
  return computeReadingNotes(results, computeRows(results)).map(({ text }) => text);
}

function trialOf(changes: Partial<TrainingRecipe>, name = 'combined') {
  return doneTrial({ experiment: experiment({ name, training: { ...training, ...changes } }) });
}

test('a full run without published values says what is measured and what it is worth', () => {
  expect(notesOn(resultsOf(doneTrial()))).toEqual([spread, weights, best]);
});

test('other recipes under one name are told apart, in rows as in notes', () => {
  const trials = [
    doneTrial(),
    { ...trialOf({ batchSize: 32 }, 'raw'), stoppedEarly: true },
    failedTrial({ experiment: experiment({ training: { ...training, batchSize: 16 } }) }),
    doneTrial({
      experiment: experiment({ seeds: [0, 1], training: { ...training, batchSize: 8 } }),
    }),
  ];
  const { rows } = computeRows(resultsOf(...trials), { control: 'raw' });
  const names = rows.map(({ cells }) => cells.experiment);
  expect(names).toEqual(['raw', 'raw (2)', 'raw (3)', 'raw (4), seed 0']);
  expect(rows.map(({ cells }) => cells['against control'])).toEqual([
    'control',
    expect.stringContaining('0.00'),
    '-',
    expect.stringContaining('0.00'),
  ]);
  expect(notesOn(resultsOf(...trials))).toContain('Stopped early: raw (2).');
  const trained = selectTrainedArms(resultsOf(...trials)).map(({ name }) => name);
  expect(trained).toEqual(['raw', 'raw (2)', 'raw (4)']);
});

test('views are told, with how the images were judged without them', () => {
  const trial = trialOf({ testViews: 'mirror-translate' }, 'viewed');
  const test = { ...trial.test, withoutViews: { accuracy: 0.57, loss: 1.4 } };
  const also = doneTrial({ experiment: experiment({ name: 'plain' }) });
  expect(notesOn(resultsOf({ ...trial, test }, also))).toContain(
    'Test-time augmentation: the model saw each test image in 6 views, and their logits were averaged (viewed). Without views: the same weights on the images as they are; epochs, and so early stopping and best, were judged that way too.',
  );
});

test('a recipe that was tuned on the test images is told as such', () => {
  const tuned = doneTrial({ experiment: experiment({ name: 'record', tunedOn: 'test' }) });
  const plain = doneTrial({ experiment: experiment({ name: 'plain' }) });
  expect(notesOn(resultsOf(tuned, plain))).toContain(
    'Whoever made the recipe chose its settings by the test images, so the test accuracy is too good by that choice, also where training images are kept back (record).',
  );
});

test('what a search chose is told with its score there, that of fresh seeds, and what luck alone makes', () => {
  const chosen = { configurations: 10, place: 1, score: 0.5527 };
  const trials = [0.52, 0.54].map((validationAccuracy, seed) => {
    const trial = doneTrial({ experiment: experiment({ name: 'tune' }), seed, chosen });
    const history = trial.history.map((record) => ({ ...record, validationAccuracy }));
    return { ...trial, id: `tune-${seed}`, history };
  });
  // Teichroew 1956: the largest of 10 normal values lies 1.5388 deviations above their mean.
  expect(notesOn(resultsOf(...trials))).toContain(
    'Search: tune was the best of 10 configurations of a search, by a validation accuracy of 55.27 % with one seed; with 2 fresh seeds that is 53.00 %. Of 10 equal ones the best lies 2.2 points above their mean by luck alone (seeds spread by 1.4). Only trainings with fresh seeds are compared; search.json has the scores of the search.',
  );
});

test('nothing is said of a run in which every trial failed', () => {
  expect(notesOn(resultsOf(failedTrial()))).toEqual([]);
});

test('each source of published values is named once', () => {
  const trial = doneTrial({ experiment: experiment({ published }) });
  const other = { ...published, source: 'a\nblog' };
  const again = doneTrial({ experiment: experiment({ name: 'again', published }) });
  const third = doneTrial({ experiment: experiment({ name: 'third', published: other }) });
  expect(notesOn(resultsOf(trial, again, third))).toEqual([
    spread,
    weights,
    best,
    'Published: the study; a blog.',
    'Difference: test accuracy minus published, in points.',
  ]);
});

test('a short run is not to be compared with published values', () => {
  const dataset = { name: 'cifar10', trainLimit: 2000, testLimit: 1000 } as const;
  const imageCounts = { train: 2000, validation: 0, test: 1000 };
  const short = doneTrial({
    experiment: experiment({ dataset, published, training: { ...training, epochs: 3 } }),
    imageCounts,
    writtenEpochs: 10,
  });
  const other = { ...short.experiment, name: 'other' };
  const longer = { ...short, experiment: other, writtenEpochs: 20 };
  expect(notesOn(resultsOf(short, longer))).toEqual([
    'Short run: 2,000 of 50,000 training images, 1,000 of 10,000 test images, 3 of 10 or 3 of 20 epochs. Do not compare with full or published results.',
    spread,
    'Test accuracy: on 1,000 test images, with the weights after the last epoch.',
    best,
  ]);
});

test('a short trial among full ones is named', () => {
  const dataset = { name: 'cifar10', trainLimit: 5000 } as const;
  const short = doneTrial({ experiment: experiment({ name: 'few', dataset, seeds: [0, 1] }) });
  expect(notesOn(resultsOf(doneTrial(), short))[0]).toBe(
    'Short run (few): 5,000 of 50,000 training images. Do not compare with full or published results.',
  );
});

test('a full training with fewer test images is a short run too', () => {
  const dataset = { name: 'cifar10', testLimit: 500 } as const;
  expect(notesOn(resultsOf(doneTrial({ experiment: experiment({ dataset }) })))[0]).toBe(
    'Short run: 500 of 10,000 test images. Do not compare with full or published results.',
  );
});

test('restored weights and an early end are told', () => {
  const trial = {
    ...trialOf({ validation: { split: 5000 }, earlyStopping }),
    test: { accuracy: 0.87, loss: 1, epoch: 6, weights: 'best' },
    best: { epoch: 6, accuracy: 0.88, judgedOn: 'split' },
    stoppedEarly: true,
  } as const;
  expect(notesOn(resultsOf(trial))).toEqual([
    spread,
    'Stopped early: combined.',
    'Test accuracy: on 10,000 test images, with the weights of the best epoch, which early stopping restored (combined: epoch 6).',
    'Best: the highest accuracy after any epoch, chosen on training images that were kept back (split).',
  ]);
  expect(notesOn(resultsOf(doneTrial(), trial)).slice(2)).toEqual([
    'Test accuracy: on 10,000 test images, with the weights after the last epoch, or of the best epoch, which early stopping restored (combined: epoch 6).',
    'Best: the highest accuracy after any epoch, chosen on the test images themselves, so too good by the choice, or on training images that were kept back (split).',
  ]);
});

const followed =
  'Early stopping or the learning rate followed the test images, as in the study, so the test accuracy is too good (combined and plateau); "validation": {"split": 5000} keeps training images back instead.';

test('training that followed the test images is named', () => {
  const plateau = { factor: 0.5, patience: 3, cooldown: 0, minDelta: 1e-4, minLearningRate: 0 };
  const trials = [
    trialOf({ earlyStopping }),
    trialOf({ reduceLearningRateOnPlateau: { ...plateau, monitor: 'validationLoss' } }, 'plateau'),
    trialOf({ earlyStopping: { ...earlyStopping, monitor: 'trainLoss' } }, 'on-training'),
    trialOf({ earlyStopping, validation: { split: 5000 } }, 'split'),
  ];
  expect(notesOn(resultsOf(...trials))).toContain(followed);
});

test('on how few images a limited run validated stands in the row and in a note', () => {
  const limited = {
    ...trialOf({ validation: { split: 100 } }),
    imageCounts: { train: 900, validation: 100, test: 1000 },
    best: { epoch: 6, accuracy: 0.5, judgedOn: 'split' },
  } as const;
  const { experiment: whole } = limited;
  const dataset = { ...whole.dataset, trainLimit: 1000 };
  const results = resultsOf({ ...limited, experiment: { ...whole, dataset } });
  expect(notesOn(results)).toContain(
    'Validated on 100 training images that were kept back: --limit and --quick shrink "validation": {"split": ...} with the training images.',
  );
  expect(renderMarkdownTable(results)).toContain('| 50.00 % (epoch 6, split of 100) |');
  expect(renderMarkdownTable(resultsOf(limited))).toContain('| 50.00 % (epoch 6, split) |');
});

test('weights that are an average are told, by name where not all are', () => {
  const averaged = (average: 'ema' | 'lookahead') =>
    doneTrial({
      experiment: experiment({ name: average }),
      test: { accuracy: 0.87, loss: 1, epoch: 10, weights: 'last', average },
    });
  expect(notesOn(resultsOf(averaged('ema')))).toContain(
    'Judged in place of the weights: their exponential moving average.',
  );
  expect(notesOn(resultsOf(doneTrial(), averaged('lookahead')))).toContain(
    'Judged in place of the weights: their Lookahead average (lookahead).',
  );
});

test('seeds that an arm lacks are named, those that failed are not', () => {
  const of = (name: string) => experiment({ name, seeds: [0, 1, 2, 3] });
  const notes = notesOn(
    resultsOf(
      doneTrial({ experiment: of('minmax'), seed: 1 }),
      doneTrial({ experiment: of('raw'), seed: 0 }),
      doneTrial({ experiment: of('raw'), seed: 1 }),
      failedTrial({ experiment: of('raw'), seed: 3 }),
      failedTrial({ experiment: of('broken'), seed: 0 }),
    ),
  );
  expect(notes).toContain(
    'Not trained yet, so left out of the means: minmax: seeds 0, 2 and 3; raw: seed 2.',
  );
});
