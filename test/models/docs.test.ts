import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { instantiateModel, shippedCatalogue } from '../../src/experiment/catalogue.js';
import { readExperiment } from '../../src/experiment/read-experiment.js';
import { convolutionInitializer } from '../../src/models/layers/kernel-initializer.js';
import { layerDefinitions } from '../../src/models/layers/list.js';
import { loadTestEngine } from '../engine.js';
import { problemsOf } from '../experiment/parse.js';

beforeAll(async () => {
  await loadTestEngine();
});

const text = readFileSync('docs/models.md', 'utf8');

/** First and second cell of each row of a table. */
const rows = [...text.matchAll(/^\| (`.+?) \| (.*?) ?\|/gm)].map(([, first = '', second = '']) => ({
  names: [...first.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name),
  options: [...second.matchAll(/`([a-zA-Z]+)`/g)].map(([, name = '']) => name),
}));

test('The documented network is without problems', () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  expect(problemsOf(JSON.parse(json))).toEqual([]);
});

test('Every kind of layer is documented with its options', () => {
  for (const { type, options } of layerDefinitions) {
    const documented = rows.find(({ names }) => names.includes(type))?.options;
    const known = Object.keys(options.shape).filter((key) => key !== 'type' && key !== 'name');
    expect({ type, options: documented }).toEqual({ type, options: known });
  }
});

test('Every initialiser is documented', () => {
  const names = rows.flatMap((row) => row.names);
  for (const name of convolutionInitializer.unwrap().options) expect(names).toContain(name);
});

test("The ResNet-18 has torch's 11,173,962 weights and a moving mean and variance for each of 4,800 channels", async () => {
  const { model: options } = await readExperiment('experiments/record/resnet18.json');
  const image = { height: 32, width: 32, channels: 3 };
  const model = instantiateModel(options, shippedCatalogue()).create({ image, classCount: 10 });
  expect(model.countParams()).toBe(11_173_962 + 2 * 4800);
  const trained = model.trainableWeights.map(({ shape }) => shape as number[]);
  const sizes = trained.map((shape) => shape.reduce((product, size) => product * size, 1));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(11_173_962);
});
