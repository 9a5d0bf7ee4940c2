import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashCode, listCode } from '../../../src/runner/plan/code-hash.js';

test('The code that computes is covered, what installs and what prints is not', () => {
  const files = listCode();
  expect(files).toEqual(
    expect.arrayContaining([
      'cifar10/dataset.ts',
      'graph/compile.ts',
      'models/deep.ts',
      'runner/prepare-trial.ts',
      'stages/random-flip.ts',
      'training/train.ts',
    ]),
  );
  const others = files.filter((file) => /^engine\/(install|native)\/|^(cli|report)\//.test(file));
  expect(others).toEqual([]);
  expect(files.filter((file) => !existsSync(`src/${file}`))).toEqual([]);
});

test('The hash is a SHA-256 in hex, the same each time', () => {
  expect(hashCode()).toMatch(/^[0-9a-f]{64}$/);
  expect(hashCode()).toBe(hashCode());
});
