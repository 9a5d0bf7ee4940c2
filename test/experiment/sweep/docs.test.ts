import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseKeyPath } from '../../../src/experiment/sweep/key-path.js';
import { parseValues } from '../../../src/experiment/sweep/value-list.js';
import { changesOf } from './expand.js';

const text = readFileSync('docs/sweeps.md', 'utf8');
const examples = [...text.matchAll(/```json\n([\s\S]*?)```\s+```\n([\s\S]*?)```/g)];
const rows = [...text.matchAll(/^\| `(.+?)` +\| (?:`(.+?)`)?/gm)].map(([, left, right]) => [
  left,
  right,
]);

test('The documented sweeps give the combinations that stand below them', () => {
  expect(examples).toHaveLength(3);
  for (const [, json = '', lines = ''] of examples) {
    expect(changesOf(JSON.parse(json))).toEqual(lines.trim().split('\n'));
  }
});

test('The documented values are read as they are documented', () => {
  const values = rows.filter(([, right]) => right);
  expect(values).toHaveLength(10);
  for (const [left = '', right = ''] of values) {
    expect(parseValues(left)).toEqual(JSON.parse(right));
  }
});

test('The documented paths are paths', () => {
  const paths = rows.filter(([, right]) => !right).map(([left = '']) => parseKeyPath(left));
  expect(paths).toHaveLength(4);
  expect(paths).not.toContain(undefined);
});
