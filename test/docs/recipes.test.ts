import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createJsonSchema, type JsonSchema } from '../../src/experiment/json-schema.js';
import { trainingSchema } from '../../src/training/recipe.js';
import { readGolden } from '../training/optimizers/run-optimizer.js';

interface GoldenRow {
  readonly lr: number;
  readonly batch: number;
  readonly momentum: number;
  readonly torch_lr: number;
  readonly lr_biases: number;
  readonly torch_weight_decay_other: number;
  readonly torch_weight_decay_biases: number;
}

const text = readFileSync('docs/recipes.md', 'utf8');
const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
const { training = {} } = createJsonSchema(shippedCatalogue()).properties ?? {};

test('the documented recipes are without problems', () => {
  expect(examples).toHaveLength(3);
  for (const json of examples)
    expect(trainingSchema.safeParse(JSON.parse(json)).error).toBe(undefined);
});

test("airbench94's numbers are those that its own script comes to", () => {
  const { rows } = readGolden<{ output: { rows: GoldenRow[] } }>(
    'decoupled_hyperparameters',
  ).output;
  const row = rows.find(
    ({ lr, batch, momentum }) => lr === 11.5 && batch === 1024 && momentum === 0.85,
  );
  if (!row) throw new Error('no such row');
  const { optimizer, groups = [], batchSize } = trainingSchema.parse(JSON.parse(examples[1] ?? ''));
  if (optimizer.name !== 'sgd') throw new Error(optimizer.name);
  const [biases] = groups;
  const closeTo = (value: number) => expect.closeTo(value, 12);
  expect([optimizer.momentum, batchSize]).toEqual([0.85, 1024]);
  expect(optimizer.learningRate).toEqual(closeTo(row.torch_lr));
  expect(optimizer.weightDecay).toEqual(closeTo(row.torch_weight_decay_other));
  expect(biases?.weightDecay).toEqual(closeTo(row.torch_weight_decay_biases));
  const factor = biases?.learningRateFactor ?? 1;
  expect(factor * optimizer.learningRate).toEqual(closeTo(row.lr_biases));
});

test('the formulas of the documentation give every golden row', () => {
  const { rows } = readGolden<{ output: { rows: (GoldenRow & { weight_decay: number })[] } }>(
    'decoupled_hyperparameters',
  ).output;
  for (const row of rows) {
    const s = 1024 * (1 + 1 / (1 - row.momentum));
    const decay = (row.weight_decay * row.batch) / row.lr;
    expect(row.lr / s).toBeCloseTo(row.torch_lr, 12);
    expect(decay).toBeCloseTo(row.torch_weight_decay_other, 12);
    expect(decay / 64).toBeCloseTo(row.torch_weight_decay_biases, 12);
  }
});

test('every optimiser, schedule and average is documented with its options', () => {
  const { optimizer = {}, schedule = {}, average = {} } = training.properties ?? {};
  const alternatives = [optimizer, schedule, average].flatMap(({ oneOf = [] }) => oneOf);
  expect(alternatives).toHaveLength(4 + 7 + 3);
  for (const { properties = {} } of alternatives as JsonSchema[]) {
    const row = text
      .split('\n')
      .find((line) => line.startsWith(`| \`"${properties.name?.const}"\``));
    for (const option of Object.keys(properties)) {
      if (option !== 'name') expect(row, `${properties.name?.const}`).toContain(`\`${option}\``);
    }
  }
});
