import { expect, test } from 'vitest';
import { createStage } from '../../src/experiment/create-stage.js';
import type { WrittenStage } from '../../src/experiment/written-experiment.js';
import { createNumberStore, writeStages } from '../../src/export/python-network.js';
import type { TrainedNetwork } from '../../src/export/trained-network.js';
import { createPipeline } from '../../src/stages/pipeline.js';

function write(stages: readonly WrittenStage[], library: 'keras' | 'torchvision') {
  const pipeline = createPipeline(
    stages.map((options) => createStage(options)),
    {
      inputShape: { height: 32, width: 32, channels: 3 },
      resampling: 'each',
    },
  );
  const network = { pipeline, fitted: stages.map(() => ({})) } as unknown as TrainedNetwork;
  return writeStages(network, library, createNumberStore()).flatMap(({ code }) => code);
}

const stages: readonly WrittenStage[] = [
  { name: 'minmax', range: [-1, 1] },
  { name: 'random-flip', mode: 'horizontal' },
  { name: 'random-rotation', factor: 0.1 },
  { name: 'random-zoom', heightFactor: 0.2 },
  { name: 'random-brightness', factor: 0.2, valueRange: [-1, 1] },
  { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' },
];

test('Stages are layers of Keras, or a comment where an augmentation has none', () => {
  expect(write(stages, 'keras')).toEqual([
    'layers.Rescaling(scale=0.00784313725490196, offset=-1)',
    'layers.RandomFlip("horizontal")',
    'layers.RandomRotation([-0.1, 0.1], fill_mode="reflect", interpolation="bilinear")',
    'layers.RandomZoom([-0.2, 0.2], fill_mode="reflect", interpolation="bilinear")',
    'layers.RandomBrightness(0.2, value_range=[-1, 1])',
    '# Not here: "random-crop": moved by whole pixels, -2 to 2 each way; outside: torch-reflect',
  ]);
});

test('Stages are transforms of torchvision in its dialect alone', () => {
  expect(write(stages, 'torchvision')).toEqual([
    'v2.Normalize(mean=[127.5], std=[127.5])',
    'v2.RandomHorizontalFlip(0.5)',
    expect.stringMatching(/^# Not here: "random-rotation": /),
    expect.stringMatching(/^# Not here: "random-zoom": /),
    expect.stringMatching(/^# Not here: "random-brightness": /),
    'v2.RandomCrop([32, 32], padding=2, padding_mode="reflect")',
  ]);
});

test('A stage with a schedule is a comment', () => {
  expect(write([{ name: 'random-flip', until: 0.5 }], 'keras')).toEqual([
    expect.stringMatching(/^# Not here: "random-flip": /),
  ]);
});

test('A stage for test images that a library lacks is refused', () => {
  expect(() => write([{ name: 'minmax' }, { name: 'gcn' }], 'torchvision')).toThrow(
    'Stage preprocessing[1] "gcn", with these options, has no counterpart in torchvision, and test images pass it.',
  );
});
