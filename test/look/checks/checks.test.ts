import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readCifar10 } from '../../../src/cifar10/dataset.js';
import { type LabelledImages, takeBalanced } from '../../../src/datasets/labelled-images.js';
import { type Catalogue, shippedCatalogue } from '../../../src/experiment/catalogue.js';
import type { Experiment } from '../../../src/experiment/experiment.js';
import { checks, examine } from '../../../src/look/checks/list.js';
import { inspectStages } from '../../../src/look/inspection/inspect-pipeline.js';
import { measurePipeline } from '../../../src/look/inspection/measure-pipeline.js';
import { defineStage, drawn, type StageDefinition } from '../../../src/stages/stage.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { parseExperiment } from '../../experiment/parse.js';
import { applyFix } from './apply-fix.js';

let train: LabelledImages;

beforeAll(async () => {
  await loadTestEngine();
  train = takeBalanced((await readCifar10(await cachedData())).train, 200);
});

function adviceOn(written: object, catalogue: Catalogue = shippedCatalogue()) {
  const limited = { dataset: { trainLimit: 200 }, ...written };
  return examineExperiment(parseExperiment(limited), catalogue);
}

function examineExperiment(experiment: Experiment, catalogue: Catalogue) {
  const stages = inspectStages(experiment, catalogue);
  const measured = measurePipeline(experiment, stages, train);
  return examine({ experiment, catalogue, stages, measured });
}

const minmax = { name: 'minmax' };
const normalize = { name: 'normalize', mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] };

const cases: [string, readonly string[], object][] = [
  ['nothing wrong', [], { preprocessing: [minmax] }],
  ['raw alone', ['unscaled-input'], { preprocessing: [{ name: 'raw' }] }],
  ['no stages', ['unscaled-input'], {}],
  [
    'contrast in training that is judged as a corruption',
    ['trained-corruption'],
    {
      preprocessing: [minmax, { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] }],
      evaluation: { corruptions: 'cifar10-c' },
    },
  ],
  [
    'contrast in training where fog is judged',
    [],
    {
      preprocessing: [minmax, { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] }],
      evaluation: { corruptions: { kinds: ['fog'] } },
    },
  ],
  [
    'brightness for 0 to 255 on 0 to 1',
    ['value-range'],
    { preprocessing: [minmax, { name: 'random-brightness', factor: 0.2 }] },
  ],
  ['scaled twice', ['value-range'], { preprocessing: [minmax, minmax] }],
  [
    'brightness for 0 to 1 before the scaling',
    ['normalise-first'],
    { preprocessing: [{ name: 'random-brightness', factor: 0.2, valueRange: [0, 1] }, minmax] },
  ],
  [
    'brightness that leaves little',
    ['saturation'],
    { preprocessing: [minmax, { name: 'random-brightness', factor: 1, valueRange: [0, 1] }] },
  ],
  [
    'a border in other units',
    ['fill-value'],
    {
      preprocessing: [
        minmax,
        { name: 'random-zoom', heightFactor: 0.1, fillMode: 'constant', fillValue: 255 },
      ],
    },
  ],
  [
    'a fill value that is not used',
    [],
    { preprocessing: [minmax, { name: 'random-zoom', heightFactor: 0.1, fillValue: 255 }] },
  ],
  [
    'early stopping on test images',
    ['test-selection'],
    { preprocessing: [minmax], training: { earlyStopping: { patience: 2 } } },
  ],
  [
    'early stopping on training images',
    [],
    { preprocessing: [minmax], training: { earlyStopping: { monitor: 'trainLoss' } } },
  ],
  [
    'rungs in the middle of a cosine',
    ['rung-schedule'],
    {
      preprocessing: [minmax],
      training: { validation: { split: 100 }, schedule: { name: 'cosine' } },
      search: { over: { 'training.batchSize': [32, 64] } },
    },
  ],
  [
    'times that the training does not come to',
    ['late-times', 'late-times', 'late-times'],
    {
      preprocessing: [minmax],
      training: {
        epochs: 10,
        schedule: { name: 'step', atEpochs: [3, 9], warmUp: { epochs: 1 } },
        groups: [{ match: 'conv2d', untilEpoch: 11, schedule: { name: 'cosine', epochs: 20 } }],
      },
    },
  ],
  [
    'times that end with the training',
    [],
    {
      preprocessing: [minmax],
      training: {
        epochs: 10,
        schedule: { name: 'cosine', epochs: 9, warmUp: { epochs: 1 } },
        groups: [{ match: 'conv2d', untilEpoch: 10 }],
      },
    },
  ],
  [
    'a rate that falls to 0 too soon',
    ['zero-rate'],
    { preprocessing: [minmax], training: { schedule: { name: 'polynomial', epochs: 1 } } },
  ],
  [
    'a factor of 0',
    ['no-effect'],
    { preprocessing: [minmax, { name: 'random-rotation', factor: 0 }] },
  ],
  [
    'the size that images have',
    ['no-effect'],
    { preprocessing: [minmax, { name: 'resize', height: 32, width: 32 }] },
  ],
  ['mixup', [], { preprocessing: [minmax, { name: 'mixup' }] }],
  [
    'mixup that hardly mixes',
    ['hardly-mixed'],
    { preprocessing: [minmax, { name: 'mixup', alpha: 0.1 }] },
  ],
  [
    'mixup now and then',
    ['hardly-mixed'],
    { preprocessing: [minmax, { name: 'cutmix', strength: 0.2 }] },
  ],
  [
    'mixup of single images',
    ['hardly-mixed'],
    { preprocessing: [minmax, { name: 'mixup' }], training: { batchSize: 1 } },
  ],
  [
    'a plateau of mixed images',
    ['mixed-monitor'],
    {
      preprocessing: [minmax, { name: 'cutmix' }],
      training: { reduceLearningRateOnPlateau: { monitor: 'trainLoss' } },
    },
  ],
  ['upside down', ['label-meaning'], { preprocessing: [minmax, { name: 'random-flip' }] }],
  [
    'any angle',
    ['label-meaning'],
    { preprocessing: [minmax, { name: 'random-rotation', factor: 0.5 }] },
  ],
  [
    'a cutout before the normalisation',
    ['moved-fill'],
    { preprocessing: [minmax, { name: 'cutout', size: 8 }, normalize] },
  ],
  [
    'a border before statistics of the training images',
    ['moved-fill'],
    { preprocessing: [minmax, { name: 'random-crop', padding: 2 }, { name: 'zscore' }] },
  ],
  [
    'a cutout behind the normalisation',
    [],
    { preprocessing: [minmax, normalize, { name: 'cutout', size: 8 }] },
  ],
  [
    'a cutout where nothing normalises',
    [],
    { preprocessing: [{ name: 'cutout', size: 8 }, minmax] },
  ],
  [
    'a fill that was chosen',
    [],
    { preprocessing: [minmax, { name: 'cutout', size: 8, fillValue: 0.5 }, normalize] },
  ],
  [
    'a border that is not filled',
    [],
    {
      preprocessing: [
        minmax,
        { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' },
        normalize,
      ],
    },
  ],
  [
    'statistics for 0 to 1 on 0 to 255',
    ['value-range', 'unscaled-input'],
    { preprocessing: [normalize] },
  ],
  [
    'two flips of one direction',
    ['flipped-twice'],
    {
      preprocessing: [
        minmax,
        { name: 'alternating-flip' },
        { name: 'random-flip', mode: 'horizontal' },
      ],
    },
  ],
  [
    'two ways to reflect',
    ['two-reflects'],
    {
      preprocessing: [
        minmax,
        { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' },
        { name: 'random-rotation', factor: 0.05 },
      ],
    },
  ],
  [
    'levels behind a normalisation',
    ['value-range'],
    { preprocessing: [minmax, normalize, { name: 'equalize' }] },
  ],
  [
    'levels of 0 to 255 on 0 to 1',
    ['value-range'],
    { preprocessing: [minmax, { name: 'posterize' }] },
  ],
  [
    "half of the images grey in Keras' dialect",
    ['traps'],
    { preprocessing: [minmax, { name: 'random-saturation', factor: 0.3, valueRange: [0, 1] }] },
  ],
  [
    'a corruption as augmentation',
    ['traps'],
    { preprocessing: [minmax, { name: 'gaussian-blur', kernelSize: 3 }] },
  ],
  [
    'tiles of few pixels',
    ['traps'],
    { preprocessing: [{ name: 'clahe', when: 'always' }, minmax] },
  ],
  [
    'a whitening of fewer images than values',
    ['traps'],
    {
      preprocessing: [
        { name: 'resize', height: 10, width: 10 },
        { name: 'gcn' },
        { name: 'zca', imageCount: 100 },
      ],
    },
  ],
  [
    "torchvision's colours on 0 to 1",
    [],
    {
      preprocessing: [
        minmax,
        { name: 'color-jitter', brightness: 0.2, contrast: 0.2, valueRange: [0, 1] },
      ],
    },
  ],
  [
    'some degrees',
    [],
    { preprocessing: [minmax, { name: 'random-rotation', factor: 0.1 }, { name: 'zscore' }] },
  ],
  [
    'shifts of whole images',
    ['traps'],
    { preprocessing: [minmax, { name: 'trivial-augment', valueRange: [0, 1] }] },
  ],
  [
    'operations like the corruptions of a test',
    ['traps'],
    { preprocessing: [minmax, { name: 'aug-mix', valueRange: [0, 1] }] },
  ],
  [
    "Keras' probability, in a choice of stages",
    ['traps'],
    {
      preprocessing: [
        minmax,
        {
          name: 'choose',
          stages: [
            { name: 'random-flip', mode: 'horizontal' },
            { name: 'random-erasing', dialect: 'keras', valueRange: [0, 1] },
          ],
        },
      ],
    },
  ],
  [
    'angles of one direction',
    ['traps'],
    { preprocessing: [minmax, { name: 'random-affine', degrees: [5, 10] }] },
  ],
  [
    'a policy before the normalisation',
    [],
    { preprocessing: [minmax, { name: 'rand-augment', valueRange: [0, 1] }, normalize] },
  ],
  [
    'a policy for 0 to 255 on 0 to 1',
    ['value-range'],
    { preprocessing: [minmax, { name: 'rand-augment' }] },
  ],
];

describe('The checks', () => {
  test('have a name each', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  test.each(cases)('on %s say %j, and are silent when the fix is pasted', (_, names, written) => {
    const advice = adviceOn(written);
    expect(advice.map(({ check }) => check)).toEqual(names);
    const [first] = advice;
    if (!first?.fix) return;
    const remaining = adviceOn(applyFix({ dataset: { trainLimit: 200 }, ...written }, first.fix));
    expect(remaining).toEqual([]);
  });

  test('let flips of two directions be', () => {
    const advice = adviceOn({
      preprocessing: [
        minmax,
        { name: 'alternating-flip' },
        { name: 'random-flip', mode: 'vertical' },
      ],
    });
    expect(advice.map(({ check }) => check)).toEqual(['label-meaning']);
  });

  test('tell what a stage does that few expect', () => {
    const [advice] = adviceOn({
      preprocessing: [minmax, { name: 'trivial-augment', valueRange: [0, 1] }],
    });
    expect(advice?.text).toBe(
      'preprocessing[1]: "trivial-augment" moves images by up to 32 pixels, whatever their size: of 0.5 % nothing is left, of 6.9 % at most a half.',
    );
  });

  test('tell what became of the training images', () => {
    const [advice] = adviceOn({
      preprocessing: [minmax, { name: 'random-brightness', factor: 0.2 }],
    });
    const {
      constantShare = 0,
      constantShareBefore,
      saturatedShare,
      outsideShare = 0,
    } = advice?.numbers ?? {};
    expect(constantShareBefore).toBe(0);
    expect(constantShare).toBeGreaterThan(0.35);
    expect(saturatedShare).toBeGreaterThanOrEqual(constantShare);
    expect(constantShare + outsideShare).toBeGreaterThan(0.95);
    expect(advice?.text).toContain('Of 200 training images, ');
  });
});

describe('A plug-in’s stage', () => {
  function adviceOnStage(name: string, stage: Partial<ReturnType<StageDefinition['create']>>) {
    const definition = defineStage({
      options: z.strictObject({ name: z.literal(name) }),
      create: () => ({
        when: 'always',
        gives: (range) => range,
        apply: (images) => images.clone(),
        ...stage,
      }),
    }) as unknown as StageDefinition;
    const { stages, models } = shippedCatalogue();
    const experiment = parseExperiment({ preprocessing: [minmax], dataset: { trainLimit: 200 } });
    const preprocessing = [...experiment.preprocessing, { name }];
    return examineExperiment(
      { ...experiment, preprocessing },
      { stages: [...stages, definition], models },
    ).map(({ check }) => check);
  }

  test('that computes over its batch leaks', () => {
    expect(adviceOnStage('center', { apply: (images) => images.sub(images.mean()) })).toEqual([
      'batch-statistics',
    ]);
  });

  test('that divides by zero is told', () => {
    expect(adviceOnStage('divide', { apply: (images) => images.div(images) })).toContain(
      'not-finite',
    );
  });

  test('that does something from the second epoch on does something', () => {
    const names = adviceOnStage('grow', {
      when: 'train',
      draw: (_, __, { epoch }) => ({ epoch: epoch.cast('float32') }),
      apply: (images, { draw }) => images.mul(drawn(draw, 'epoch').mul(0.001).add(1)),
    });
    expect(names).toEqual([]);
  });

  test('that does nothing is told', () => {
    expect(adviceOnStage('idle', {})).toEqual(['no-effect']);
  });
});
