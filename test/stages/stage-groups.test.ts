import { expect, test } from 'vitest';
import { minmax } from '../../src/stages/minmax.js';
import { randomFlip } from '../../src/stages/random-flip.js';
import { randomRotation } from '../../src/stages/random-rotation.js';
import { randomZoom } from '../../src/stages/random-zoom.js';
import type { Stage } from '../../src/stages/stage.js';
import { groupStages } from '../../src/stages/stage-groups.js';

const scale = minmax.create(minmax.options.parse({ name: 'minmax' }));
const flip = randomFlip.create(randomFlip.options.parse({ name: 'random-flip' }));
const turn = (options: object = {}) =>
  randomRotation.create(
    randomRotation.options.parse({ name: 'random-rotation', factor: 0.1, ...options }),
  );
const zoom = randomZoom.create(
  randomZoom.options.parse({ name: 'random-zoom', heightFactor: 0.1 }),
);

function namesOf(stages: readonly Stage[], resampling: 'each' | 'once'): string[] {
  const placed = stages.map((stage, index) => ({ stage, index }));
  return groupStages(placed, resampling).map(({ members }) =>
    members.map(({ stage }) => stage.name.replace('random-', '')).join('+'),
  );
}

test.each([
  [[scale, flip, turn(), zoom], 'each', ['minmax', 'flip+rotation', 'zoom']],
  [[scale, flip, turn(), zoom], 'once', ['minmax', 'flip+rotation+zoom']],
  [[turn(), flip, zoom], 'each', ['rotation+flip', 'zoom']],
  [[flip, scale, turn()], 'each', ['flip', 'minmax', 'rotation']],
  [[flip, flip], 'each', ['flip', 'flip']],
  [[flip, turn({ fillMode: 'wrap' })], 'each', ['flip', 'rotation']],
  [[flip, turn({ interpolation: 'nearest' })], 'each', ['flip', 'rotation']],
  [[flip, turn({ fillMode: 'wrap' })], 'once', ['flip+rotation']],
  [[turn({ fillMode: 'nearest' }), zoom], 'once', ['rotation', 'zoom']],
] as const)(
  '%# shares a resampling between neighbours as far as the images allow',
  (stages, resampling, expected) => {
    expect(namesOf(stages, resampling)).toEqual(expected);
  },
);
