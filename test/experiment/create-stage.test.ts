import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createStage } from '../../src/experiment/create-stage.js';

test('a stage is created from what a file would say', () => {
  expect(createStage({ name: 'minmax' })).toMatchObject({ name: 'minmax', when: 'always' });
});

test('wrong options are told as in a file', () => {
  expect(() => createStage({ name: 'random-flip', probability: 5 })).toThrow(
    /^stage\.probability must be at most 1, received 5\.$/,
  );
});

test('a wrong name is no type, and told', () => {
  // @ts-expect-error No stage is called so.
  expect(() => createStage({ name: 'random-flp' })).toThrow(
    /^stage\.name "random-flp" is not known\.$/,
  );
});

test('a wrong mode is no type, and told', () => {
  // @ts-expect-error The modes are "horizontal", "vertical" and "horizontal-and-vertical".
  expect(() => createStage({ name: 'random-flip', mode: 'both' })).toThrow(
    /^stage\.mode must be "horizontal", "vertical" or "horizontal-and-vertical", received "both"\.$/,
  );
});

test('an option of another stage is no type, and told', () => {
  // @ts-expect-error It is random-flip that has a probability.
  expect(() => createStage({ name: 'minmax', probability: 1 })).toThrow(
    /^stage\.probability is not a known key\.$/,
  );
});

test('a missing option is no type, and told', () => {
  // @ts-expect-error A rotation must say how far.
  expect(() => createStage({ name: 'random-rotation' })).toThrow(/^stage\.factor is missing\.$/);
});

test('with a catalogue the options may be those of any stage', () => {
  const options: { readonly name: string } = { name: 'minmax' };
  // @ts-expect-error The types cannot tell which stage it is.
  expect(() => createStage(options)).not.toThrow();
  expect(createStage(options, shippedCatalogue()).name).toBe('minmax');
});
