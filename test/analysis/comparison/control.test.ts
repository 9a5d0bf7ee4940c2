import { expect, test } from 'vitest';
import { mapToReferences, requireControl } from '../../../src/analysis/comparison/control.js';
import { experiment } from '../../report/results.js';

function member(name: string, options: { batchSize?: number; role?: 'control' } = {}) {
  const { batchSize, role } = options;
  return {
    experiment: experiment({ name, ...(role && { role }) }),
    changes: batchSize ? [{ path: 'training.batchSize', value: batchSize }] : [],
  };
}

const swept = [member('minmax', { batchSize: 64 }), member('minmax', { batchSize: 128 })];

test('the control is found by name, by full name or by role', () => {
  const members = [member('raw', { role: 'control' }), ...swept];
  expect(requireControl(members, undefined)).toBe('raw');
  expect(requireControl(members, 'minmax training.batchSize=64')).toBe(
    'minmax training.batchSize=64',
  );
  expect(requireControl([member('minmax'), ...swept], 'minmax')).toBe('minmax');
  expect(requireControl(swept, undefined)).toBeUndefined();
});

test('@previous is always there, and means the arm before, never an experiment', () => {
  expect(requireControl([member('raw', { role: 'control' })], '@previous')).toBe('@previous');
  const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  expect([...mapToReferences([a, b, c], '@previous')]).toEqual([
    [b, a],
    [c, b],
  ]);
  expect([...mapToReferences([a, b, c], 'b')]).toEqual([
    [a, b],
    [c, b],
  ]);
  expect(mapToReferences([a, b, c], 'd').size).toBe(0);
  expect(() => requireControl([member('raw')], 'previous')).toThrow(
    expect.objectContaining({ hint: 'did you mean --control "@previous"?' }),
  );
});

test('an unknown control is told with the nearest name', () => {
  expect(() => requireControl([member('raw'), member('minmax')], 'min-max')).toThrow(
    expect.objectContaining({
      message: '--control must name one of the experiments, received "min-max".',
      hint: 'did you mean --control "minmax"?',
    }),
  );
});

test('a suggested name is whole, however long', () => {
  const path = `model.${'layers[0].'.repeat(10)}filters`;
  const long = [8, 16].map((value) => ({ ...member('res8'), changes: [{ path, value }] }));
  const suggested = `--control "res8 ${path}=8"`;
  expect(() => requireControl(long, `res9 ${path}=8`)).toThrow(
    expect.objectContaining({ hint: `did you mean ${suggested}?` }),
  );
  expect(() => requireControl(long, 'res8')).toThrow(
    expect.objectContaining({ hint: `name one of them, for example ${suggested}.` }),
  );
});

test('a sweep has no single control', () => {
  const roles = swept.map((each) => ({
    ...each,
    experiment: { ...each.experiment, role: 'control' as const },
  }));
  expect(() => requireControl(roles, undefined)).toThrow(
    expect.objectContaining({
      message: 'The role "control" must mean one experiment, received 2 of a sweep.',
      hint: 'name one of them, for example --control "minmax training.batchSize=64".',
    }),
  );
  expect(() => requireControl(swept, 'minmax')).toThrow(
    '--control "minmax" must mean one experiment, received 2 of a sweep.',
  );
});
