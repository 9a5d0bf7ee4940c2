import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readYaml } from '../../src/experiment/yaml.js';

test('YAML says the same as JSON', () => {
  const text = readFileSync('experiments/combined.json', 'utf8');
  expect(readYaml(text)).toEqual({ value: JSON.parse(text) });
});

test('each value that JSON can hold comes back from its YAML', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const same = JSON.parse(JSON.stringify(value));
      expect(readYaml(stringify(same))).toEqual({ value: same });
    }),
  );
});

test('numbers, switches and texts are those of YAML 1.2', () => {
  const text = 'a: 1e-3\nb: .5\nc: yes\nd: true\ne: 2026-11-25\nf: "1"\ng: on # not true';
  expect(readYaml(text)).toEqual({
    value: { a: 0.001, b: 0.5, c: 'yes', d: true, e: '2026-11-25', f: '1', g: 'on' },
  });
});

test('anchors are followed', () => {
  const text = 'model: &net { name: deep }\nother: *net';
  expect(readYaml(text)).toEqual({ value: { model: { name: 'deep' }, other: { name: 'deep' } } });
});

test.each([
  ['a: 1\na: 2', 5, 'the key "a" is given twice', undefined],
  ['a: 1\n\tb: 2', 5, 'expected spaces, received a tab', 'YAML indents with spaces only.'],
  ['a: 1\n---\nb: 2', 5, 'expected one document, received several', 'give each experiment a file.'],
  [
    'a: [1, 2',
    8,
    'flow sequence in block collection must be sufficiently indented and end with a ]',
    undefined,
  ],
  ['a: !secret x', 3, 'unresolved tag: !secret', undefined],
  ['a: *b', 3, 'there is no anchor "&b" before its alias', undefined],
])('the fault of %j is found at %i', (text, offset, message, hint) => {
  expect(readYaml(text)).toEqual({ fault: { offset, message, ...(hint && { hint }) } });
});

test('texts that would not end are refused', () => {
  const deep = 'expected at most 100 levels of nesting';
  expect(readYaml('a: &x [*x]')).toMatchObject({ fault: { message: deep } });
  expect(readYaml('['.repeat(200) + ']'.repeat(200))).toMatchObject({ fault: { message: deep } });
  expect(readYaml('['.repeat(20_000))).toMatchObject({ fault: { message: expect.any(String) } });
  const lines = Array.from(
    { length: 30 },
    (_, index) => `- &a${index + 1} [*a${index}, *a${index}]`,
  );
  expect(readYaml(['- &a0 x', ...lines].join('\n'))).toMatchObject({
    fault: { message: 'expected fewer aliases' },
  });
});

test('the key "__proto__" is a key like any other', () => {
  const read = readYaml('__proto__: { name: x }');
  expect('value' in read && Object.keys(read.value as object)).toEqual(['__proto__']);
});
