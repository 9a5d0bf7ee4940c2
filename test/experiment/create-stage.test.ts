import { expect, test } from 'vitest';
import { createStage } from '../../src/experiment/create-stage.js';

test('a stage is created from what a file would say', () => {
  expect(createStage({ name: 'minmax' })).toMatchObject({ name: 'minmax', when: 'always' });
});

test('wrong options are told as in a file', () => {
  expect(() => createStage({ name: 'random-flip', probability: 5 })).toThrow(
    /^stage\.probability must be at most 1, received 5\.$/,
  );
  expect(() => createStage({ name: 'random-flp' })).toThrow(
    /^stage\.name "random-flp" is not known\.$/,
  );
});
