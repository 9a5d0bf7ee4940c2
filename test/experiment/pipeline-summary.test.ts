import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { renderNamed, renderPipeline } from '../../src/experiment/pipeline-summary.js';
import { findOptimizer } from '../../src/training/optimizers/list.js';
import { parseExperiment } from './parse.js';

function summaryOf(...preprocessing: object[]): string {
  return renderPipeline(parseExperiment({ preprocessing }).preprocessing, shippedCatalogue());
}

test('a pipeline is told by its names and by what differs from the defaults', () => {
  expect(
    summaryOf(
      { name: 'minmax', range: [0, 1] },
      { name: 'random-flip', mode: 'horizontal' },
      { name: 'random-rotation', factor: 0.1, fillMode: 'reflect' },
      { name: 'random-brightness', factor: [-0.1, 0.2], valueRange: [0, 1] },
    ),
  ).toBe(
    'minmax, random-flip mode horizontal, random-rotation 0.1, random-brightness [-0.1,0.2] valueRange [0,1]',
  );
});

test('stages within a stage are told by their names', () => {
  const stages = [
    { name: 'random-rotation', factor: 0.1 },
    { name: 'cutout', size: 8 },
  ];
  expect(summaryOf({ name: 'choose', stages })).toBe('choose (random-rotation, cutout)');
  expect(summaryOf({ name: 'choose', pick: 'each', probability: 0.3, stages })).toBe(
    'choose pick each (random-rotation, cutout) probability 0.3',
  );
});

test('an option that another one needs keeps its key', () => {
  const { training } = parseExperiment({
    training: { optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true } },
  });
  const { optimizer } = training;
  expect(renderNamed(optimizer, findOptimizer(optimizer).options)).toBe(
    'sgd learningRate 0.05 momentum 0.9 nesterov true',
  );
});

test('no stages are told as none', () => {
  expect(summaryOf()).toBe('none');
});
