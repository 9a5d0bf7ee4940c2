import { beforeAll, expect, test } from 'vitest';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { mixWith, sharesOf } from './mix.js';

beforeAll(async () => {
  await loadTestEngine();
});

const values = [...Array<number>(16).fill(0), ...Array<number>(16).fill(8)];
const batch = { images: { shape: [2, 4, 4, 1], values }, labels: sharesOf([0, 1], 2) };
const draw = { mixupLambda: [0.75], cutmixLambda: [0.75], row: [0.25], column: [0.75] };

test('mixup-or-cutmix is cutmix where its choice is below the share of cutmix, else mixup', () => {
  const cutmix = createListedStage({ name: 'cutmix' });
  const mixup = createListedStage({ name: 'mixup' });
  const stage = createListedStage({ name: 'mixup-or-cutmix', cutmixShare: 0.3 });
  const cut = mixWith(cutmix, batch, { ...draw, lambda: [0.75] });
  const mixed = mixWith(mixup, batch, { lambda: [0.75] });
  expect(cut).not.toEqual(mixed);
  expect(mixWith(stage, batch, { ...draw, choice: [0.29] })).toEqual(cut);
  expect(mixWith(stage, batch, { ...draw, choice: [0.31] })).toEqual(mixed);
});

test('mixup-or-cutmix chooses for each image where each has its lambda', () => {
  const stage = createListedStage({ name: 'mixup-or-cutmix', lambda: 'image' });
  const each = Object.fromEntries(
    Object.entries(draw).map(([key, [one = 0]]) => [key, [one, one]]),
  );
  const { images, labels } = mixWith(stage, batch, { ...each, choice: [0.1, 0.9] });
  expect(images).toEqual([0, 0, 8, 8, 0, 0, 8, 8, ...Array(8).fill(0), ...Array(16).fill(6)]);
  expect(labels).toEqual([
    [0.75, 0.25],
    [0.25, 0.75],
  ]);
});
