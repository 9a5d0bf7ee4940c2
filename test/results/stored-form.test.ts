import { expect, test } from 'vitest';
import { z } from 'zod';
import { toStoredForm } from '../../src/results/stored-form.js';
import { trainingSchema } from '../../src/training/recipe.js';

const stored = toStoredForm(trainingSchema);
const recipe = trainingSchema.parse({
  optimizer: { name: 'muon' },
  groups: [{ match: 'dense', schedule: { name: 'step', everyEpochs: 2 } }],
  average: { name: 'ema' },
  earlyStopping: {},
});

test('a recipe with all defaults filled in is read as it is', () => {
  expect(stored.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
});

test('nothing is filled in: what is missing is a problem', () => {
  const { labelSmoothing: _, ...rest } = recipe;
  expect(stored.safeParse(rest).error?.issues.map(({ path }) => path)).toEqual([
    ['labelSmoothing'],
  ]);
  expect(stored.safeParse({ ...recipe, optimizer: { name: 'adamw' } }).success).toBe(false);
});

test('keys of later versions are passed over, at any depth', () => {
  const later = {
    ...recipe,
    later: 1,
    optimizer: { ...recipe.optimizer, later: 1 },
    groups: recipe.groups?.map((group) => ({ ...group, later: 1 })),
  };
  expect(stored.parse(later)).toEqual(recipe);
});

test('what takes any key keeps them all: the options of stages that nobody knows here', () => {
  const named = toStoredForm(z.strictObject({ stage: z.looseObject({ name: z.string() }) }));
  const stage = { name: 'of-a-plug-in', strength: 0.5 };
  expect(named.parse({ stage, later: 1 })).toEqual({ stage });
});
