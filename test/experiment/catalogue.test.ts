import { expect, test } from 'vitest';
import {
  findModel,
  findStage,
  instantiateStage,
  shippedCatalogue,
} from '../../src/experiment/catalogue.js';
import { isTensorFlowLoaded } from '../../src/graph/tensorflow.js';

const catalogue = shippedCatalogue();
const definitions = [...catalogue.stages, ...catalogue.models];

test('the names of stages, and those of models, are all different', () => {
  for (const list of [catalogue.stages, catalogue.models]) {
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  }
});

/** An option, or one that may be left out, whose description stands within. */
interface Described {
  readonly description?: string;
  readonly def: { readonly innerType?: { readonly description?: string } };
}

test.each(definitions)('$kind "$name" and each of its options is described', ({ options }) => {
  expect(options.description).toMatch(/\.$/);
  const { name: _, ...rest } = options.shape;
  for (const [key, option] of Object.entries(rest)) {
    const { description, def } = option as unknown as Described;
    expect(description ?? def.innerType?.description, key).toMatch(/\.$/);
  }
});

test.each(definitions)('$kind "$name" is strict', ({ name, options }) => {
  expect(options.safeParse({ name, nonsense: 1 }).error?.issues).toContainEqual(
    expect.objectContaining({ code: 'unrecognized_keys' }),
  );
});

test('a stage is created without TensorFlow', () => {
  const stage = instantiateStage(
    { name: 'random-flip', mode: 'horizontal', probability: 0.5 },
    catalogue,
  );
  expect(stage).toMatchObject({ name: 'random-flip', when: 'train' });
  expect(isTensorFlowLoaded()).toBe(false);
});

test('a name that the catalogue lacks is a bug of the caller', () => {
  expect(findStage(catalogue, { name: 'minmax' }).kind).toBe('stage');
  expect(findModel(catalogue, { name: 'deep' }).kind).toBe('model');
  expect(() => findStage(catalogue, { name: 'deep' })).toThrow('The catalogue has no "deep".');
});
