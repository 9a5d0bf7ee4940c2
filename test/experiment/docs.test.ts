import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createJsonSchema, type JsonSchema } from '../../src/experiment/json-schema.js';
import { readYaml } from '../../src/experiment/yaml.js';
import { problemsOf } from './parse.js';

// Tables may be padded to columns.
const text = readFileSync('docs/experiment-files.md', 'utf8').replace(/ {2,}\|/g, ' |');
const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
const { properties = {} } = createJsonSchema(shippedCatalogue());
const { dataset = {}, training = {} } = properties;
const { earlyStopping = {}, reduceLearningRateOnPlateau = {} } = training.properties ?? {};

test('the documented experiments are without problems', () => {
  expect(examples).toHaveLength(2);
  expect(examples.flatMap((json) => problemsOf(JSON.parse(json)))).toEqual([]);
});

test('the documented YAML is without problems', () => {
  const yaml = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, one]) => readYaml(one ?? ''));
  expect(yaml).toHaveLength(1);
  for (const read of yaml) expect('value' in read && problemsOf(read.value)).toEqual([]);
});

test.each<[string, JsonSchema]>([
  ['the file', { properties }],
  ['dataset', dataset.anyOf?.[0] ?? {}],
  ['images of your own', dataset.anyOf?.[1] ?? {}],
  ['training', training],
  ['earlyStopping', earlyStopping],
  ['reduceLearningRateOnPlateau', reduceLearningRateOnPlateau],
])('every key of %s is documented, with its default where that is a plain value', (_, schema) => {
  const rows = Object.entries(schema.properties ?? {}).map(([key, { default: value }]) => {
    const isPlain = value !== undefined && (typeof value !== 'object' || Array.isArray(value));
    return isPlain ? `| \`${key}\` | \`${JSON.stringify(value)}\` |` : `| \`${key}\` |`;
  });
  expect(rows.length).toBeGreaterThan(2);
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});
