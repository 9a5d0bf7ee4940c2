import { expect, it } from 'vitest';
import {
  corruptionsSchema,
  identifyCorruptions,
  nameSet,
  resolveCorruptions,
} from '../../src/corruptions/selection.js';

it('takes the fifteen corruptions at all severities by their name', () => {
  const { kinds, ...rest } = resolveCorruptions('cifar10-c');
  expect(kinds).toHaveLength(15);
  expect(rest).toEqual({ severities: [1, 2, 3, 4, 5], seed: 0 });
});

it('takes what is named, in the order of the reference, and the held-out ones where asked', () => {
  expect(resolveCorruptions({ kinds: ['fog', 'shot-noise'], severities: [5, 1] })).toEqual({
    kinds: ['shot-noise', 'fog'],
    severities: [1, 5],
    seed: 0,
  });
  expect(resolveCorruptions({ heldOut: true }).kinds).toHaveLength(19);
  expect(resolveCorruptions({ kinds: ['fog'], heldOut: true }).kinds).toEqual([
    'fog',
    'speckle-noise',
    'gaussian-blur',
    'spatter',
    'saturate',
  ]);
});

it('is the same part of a key however it is written', () => {
  expect(identifyCorruptions({})).toEqual(identifyCorruptions('cifar10-c'));
  expect(identifyCorruptions({ seed: 1 })).not.toEqual(identifyCorruptions('cifar10-c'));
});

it('names images of our own by their version, and the published ones as published', () => {
  expect(nameSet(resolveCorruptions('cifar10-c'))).toBe('cifar10-c-prep-lab-1');
  expect(nameSet(resolveCorruptions({ npy: 'folder' }))).toBe('cifar10-c');
});

it.each([
  'cifar100-c',
  { kinds: ['rain'] },
  { kinds: ['fog', 'fog'] },
  { severities: [6] },
  { images: 5 },
])('refuses %j', (option) => {
  expect(corruptionsSchema.safeParse(option).success).toBe(false);
});
