import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { checkRungSchedule } from '../../../src/experiment/search/check-search.js';
import type { Axis } from '../../../src/experiment/sweep/axis.js';
import { createVariantsParser } from '../../../src/experiment/sweep/parse-variants.js';
import { parseExperiment, problemsOf } from '../parse.js';
import { race } from '../race.js';

const training = { validation: { split: 1000 } };
const search = { over: { 'training.batchSize': [32, 128] } };

test.each([
  [
    {},
    'search needs training images that are kept back: training.validation must be {"split": ...}, received "test". Hint: write "validation": {"split": 5000}: what is chosen on the test images looks better on them than it is.',
  ],
  [
    { training, seeds: 3 },
    'search trains each configuration once: seeds must be one seed, received 3. Hint: search.confirm.seeds says with how many fresh ones the best is trained again.',
  ],
  [
    { training, race },
    'race must not stand beside search. Hint: write the configuration that the search finds into a file of its own, and let that race.',
  ],
  [
    { training, role: 'control' },
    'role must not be "control" beside search. Hint: take it out: a search without another control is compared with its experiment as it is written.',
  ],
  [
    { training, sweep: { set: search.over } },
    'sweep must not stand beside search. Hint: a sweep trains all of its combinations, a search those that look best: take one of the two out.',
  ],
])('%j is refused beside a search', (more, problem) => {
  expect(problemsOf({ search, ...more })).toEqual([problem]);
});

function parse(over: object, sets: readonly Axis[] = []) {
  const file = { name: 'tune', model: 'baseline', training, search: { over } };
  const parsed = createVariantsParser(shippedCatalogue(), sets)(file);
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : parsed.variants;
}

test('Each configuration is checked before the first is trained', () => {
  expect(parse({ 'training.batchsize': [1, 2] })).toEqual([
    'with training.batchsize=1 (and 1 more): training.batchsize is not a known key.',
  ]);
  expect(parse({ 'training.batchSize': [32, 0] })).toEqual([
    'with training.batchSize=0: training.batchSize must be at least 1, received 0.',
  ]);
  expect(parse({ 'training.validation': ['test', { split: 10 }] })[0]).toContain(
    'with training.validation=test: search needs training images that are kept back',
  );
  expect(parse({ 'search.keep': [0.5, 1] })[0]).toContain('search is not a known key');
});

test('--set changes all configurations alike', () => {
  const set = (...values: readonly unknown[]) => [{ path: 'training.epochs', values }];
  expect(parse(search.over, set(3))).toMatchObject([
    { changes: [{ path: 'training.epochs' }], experiment: { training: { epochs: 3 } } },
    { experiment: { training: { epochs: 3, batchSize: 32 } } },
    { experiment: { training: { epochs: 3, batchSize: 128 } } },
  ]);
  expect(parse(search.over, set(3, 4))).toEqual(['search: --set must give one value of each key.']);
  expect(parse(search.over, [{ path: 'training.batchSize', values: [8] }])).toEqual([
    'search: "training.batchSize" must not be set by --set too.',
  ]);
});

test.each([
  [{ name: 'cosine' }, true],
  [{ name: 'cosine', epochs: 3 }, false],
  [{ name: 'polynomial' }, true],
  [{ name: 'one-cycle' }, true],
  [{ name: 'constant' }, false],
  [{ name: 'step', everyEpochs: 3, factor: 0.1 }, false],
])('The schedule %j is a trap of rungs: %s', (schedule, isTrap) => {
  const parsed = parseExperiment({ training: { ...training, schedule }, search });
  expect(checkRungSchedule(parsed)).toHaveLength(isTrap ? 1 : 0);
  expect(checkRungSchedule({ ...parsed, search: undefined } as never)).toEqual([]);
  const whole = parseExperiment({
    training: { ...training, schedule },
    search: { ...search, rungs: [1] },
  });
  expect(checkRungSchedule(whole)).toEqual([]);
});

test('The trap is told with the two ways out', () => {
  const schedule = { name: 'cosine' };
  expect(
    checkRungSchedule(parseExperiment({ training: { ...training, schedule }, search })),
  ).toEqual([
    {
      message:
        'search: the schedule "cosine" follows the length of the whole training, so the first rungs compare configurations while their learning rate is still high, and not as they end.',
      hint: 'use a schedule that does not ("constant", "step", or none), or "rungs": [1], which trains each configuration to its end.',
    },
  ]);
});
