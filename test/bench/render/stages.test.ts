import { expect, test } from 'vitest';
import { renderStages } from '../../../bench/render/stages.js';
import { measured } from '../measurements.js';

const stage = (name: string, seconds: readonly number[]) =>
  measured({ section: 'stages', case: name, side: 'prep-lab' }, 1, seconds);

test('what a stage adds is taken turn by turn', () => {
  const table = renderStages([
    stage('minmax alone', [0.01, 0.02, 0.01]),
    stage('random-rotation', [0.013, 0.026, 0.012]),
  ]);
  expect(table).toBe(
    [
      '| stages before the baseline | a step | added |',
      '| --- | ---: | ---: |',
      '| minmax alone | 10.0 ms (10.0 ms–20.0 ms) | reference |',
      '| random-rotation | 13.0 ms (12.0 ms–26.0 ms) | +30 % (+20 %–+30 %) |',
    ].join('\n'),
  );
});

test('turns of several rounds are compared within their round', () => {
  const again = (name: string, seconds: readonly number[]) => ({
    ...stage(name, seconds),
    round: 2,
  });
  const table = renderStages([
    stage('minmax alone', [0.01]),
    stage('random-flip', [0.011]),
    again('minmax alone', [0.02]),
    again('random-flip', [0.024]),
  ]);
  expect(table.split('\n').at(-1)).toBe(
    '| random-flip | 17.5 ms (11.0 ms–24.0 ms) | +15 % (+10 %–+20 %) |',
  );
});

test('what a stage takes alone stands beside the layers of others', () => {
  const alone = (side: string, seconds: readonly number[]) =>
    measured({ section: 'stages', case: 'alone: rand-augment', side }, 1, seconds);
  const page = renderStages([
    stage('minmax alone', [0.01]),
    alone('prep-lab', [0.001, 0.002]),
    alone('Keras', [0.03, 0.04]),
  ]);
  expect(page.split('\n').slice(2)).toEqual([
    '| minmax alone | 10.0 ms | reference |',
    '',
    'Alone, for 64 images of 32 x 32 x 3: prep-lab compiled, Keras in a tf.function, torchvision one image after the other on one thread, as a loader does.',
    '',
    '| stage | prep-lab | Keras, times as long | torchvision, times as long |',
    '| --- | ---: | ---: | ---: |',
    '| rand-augment | 1.50 ms (1.00 ms–2.00 ms) | 25.00 (20.00–30.00) | - |',
  ]);
});
