import { beforeAll, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

test('raw leaves every value as it is', async () => {
  const rows = [
    [0, 1, 255],
    [-3, 0.5, 128],
  ];
  expect(toRows(await applyStage(createListedStage({ name: 'raw' }), fromRows(rows)))).toEqual([
    rows,
  ]);
});
