import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashCodeUnder } from '../../build/code-hash.mjs';

const plain = hashCodeUnder('src');
const copy = mkdtempSync(join(tmpdir(), 'prep-lab-code-'));
beforeAll(() => cpSync('src', copy, { recursive: true }));
afterAll(() => rmSync(copy, { recursive: true }));

/** Returns the hashes of the sources with one text of a file replaced. */
function hashWith(file: string, before: string, after: string) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
  const hashes = hashCodeUnder(copy);
  writeFileSync(path, text);
  return hashes;
}

describe('No hash changes with', () => {
  test.each([
    ['a comment', 'stages/random-flip.ts', 'import', '// A remark.\nimport'],
    ['a text of the help', 'models/deep.ts', '.describe(', ".describe('Really: ' + "],
    ['a text of an error', 'graph/fused-layers/fuse.ts', 'expected a softmax', 'needs a softmax'],
    [
      'a type',
      'training/train.ts',
      'export interface',
      'export type Unused = string;\nexport interface',
    ],
    ['code that does not compute', 'cli/run.ts', 'export', 'export const another = 1;\nexport'],
  ])('%s', (_, file, before, after) => {
    expect(hashWith(file, before, after)).toEqual(plain);
  });

  test('another name of a file', () => {
    const [old, now] = [join(copy, 'graph/variable.ts'), join(copy, 'graph/value.ts')];
    renameSync(old, now);
    const users = listUsers('variable.js');
    for (const file of users) rename(file, 'variable.js', 'value.js');
    const hashes = hashCodeUnder(copy);
    for (const file of users) rename(file, 'value.js', 'variable.js');
    renameSync(now, old);
    expect(users.length).toBeGreaterThan(1);
    expect(hashes).toEqual(plain);
  });
});

function rename(path: string, before: string, after: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`/${before}'`, `/${after}'`));
}

/** Returns the copied files that import the file. */
function listUsers(file: string): string[] {
  return readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .map((name) => join(copy, name))
    .filter((path) => path.endsWith('.ts') && readFileSync(path, 'utf8').includes(`/${file}'`));
}

describe('The hash changes with', () => {
  test('a formula, of the stage that has it only', () => {
    const changed = hashWith('stages/minmax.ts', '.div(', '.mul(');
    expect(changed.stages.minmax).not.toBe(plain.stages.minmax);
    expect({ ...changed.stages, minmax: '' }).toEqual({ ...plain.stages, minmax: '' });
    expect([changed.core, changed.models]).toEqual([plain.core, plain.models]);
  });

  test('a default', () => {
    const changed = hashWith('models/deep.ts', '.default([0.2', '.default([0.3');
    expect(changed.models.deep).not.toBe(plain.models.deep);
  });

  test('a constant of the training', () => {
    expect(hashWith('training/early-stopping.ts', ' + 1', ' + 2').core).not.toBe(plain.core);
  });
});
