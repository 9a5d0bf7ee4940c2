import { expect, test } from 'vitest';
import { renderTargets } from '../../../bench/render/targets.js';
import { measured, step } from '../measurements.js';

const rowsOf = (table: string) => table.split('\n').slice(2);

test('the step is compared with the better of Keras and PyTorch in each round', () => {
  const table = renderTargets([
    ...step('prep-lab', [0.01, 0.01, 0.01]),
    ...step('Keras', [0.015, 0.013, 0.02]),
    ...step('PyTorch, torch.compile', [0.014, 0.018, 0.016]),
    ...step('tfjs-layers', [0.001]),
  ]);
  expect(rowsOf(table)).toEqual([
    '| baseline step, against the best of Keras and PyTorch | at least 1.30 times as fast | 1.40 (1.30–1.60) | met |',
  ]);
});

test('a target that is not reached is missed', () => {
  const deep = 'deep, batch 128';
  const table = renderTargets([...step('prep-lab', [0.5], deep), ...step('Keras', [0.6], deep)]);
  expect(rowsOf(table)).toEqual([
    '| deep step, against the best of Keras and PyTorch | at least 1.35 times as fast | 1.20 | missed |',
  ]);
});

test('the cost of the geometric stages has a target for each way of resampling', () => {
  const stage = (name: string, seconds: number) =>
    measured({ section: 'stages', case: name, side: 'prep-lab' }, 1, seconds);
  const table = renderTargets([
    stage('minmax alone', 0.01),
    stage('geometric (flip, rotation, zoom), each', 0.013),
    stage('geometric (flip, rotation, zoom), once', 0.012),
  ]);
  expect(rowsOf(table)).toEqual([
    '| geometric (flip, rotation, zoom), each | at most +35 % on the baseline step | +30 % | met |',
    '| geometric (flip, rotation, zoom), once | at most +15 % on the baseline step | +20 % | missed |',
  ]);
});

test('without peers there is nothing to say', () => {
  expect(renderTargets(step('prep-lab', [0.01]))).toBe('');
});
