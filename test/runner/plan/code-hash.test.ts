import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { type CodeHashes, hashCode, readCodeHashes } from '../../../src/runner/plan/code-hash.js';

const hashes: CodeHashes = {
  core: 'core',
  stages: { minmax: 'minmax', raw: 'raw' },
  models: { baseline: 'baseline', deep: 'deep' },
};
const experiment = { preprocessing: [{ name: 'minmax' }], model: { name: 'baseline' } };
const plain = hashCode(experiment, hashes);

test('Code that a trial runs through changes its hash', () => {
  expect(plain).toMatch(/^[0-9a-f]{64}$/);
  expect(hashCode(experiment, { ...hashes, core: 'other' })).not.toBe(plain);
  expect(hashCode(experiment, { ...hashes, stages: { minmax: 'other' } })).not.toBe(plain);
  expect(hashCode(experiment, { ...hashes, models: { baseline: 'other' } })).not.toBe(plain);
});

test('Stages and models that it does not use do not', () => {
  expect(hashCode(experiment, { ...hashes, stages: { minmax: 'minmax', raw: 'other' } })).toBe(
    plain,
  );
  expect(hashCode(experiment, { ...hashes, models: { baseline: 'baseline' } })).toBe(plain);
});

test('Each shipped stage and model has a hash of its own', () => {
  const { stages, models } = readCodeHashes();
  const shipped = shippedCatalogue();
  expect(Object.keys(stages)).toEqual(
    expect.arrayContaining(shipped.stages.map(({ name }) => name)),
  );
  expect(Object.keys(models)).toEqual(
    expect.arrayContaining(shipped.models.map(({ name }) => name)),
  );
});
