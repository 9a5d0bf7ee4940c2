import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const onesOf = (height: number, width: number): Rows =>
  Array.from({ length: height }, () => Array<number>(width).fill(1));

interface Place {
  readonly period: number;
  readonly row: number;
  readonly column: number;
}

async function mask(options: object, image: Rows, { period, row, column }: Place) {
  const stage = createListedStage({ name: 'grid-mask', ...options });
  const draw = { mask: [0], period: [period], row: [row], column: [column] };
  return toRows(await applyStage(stage, fromRows(image), draw))[0];
}

/** The rows or columns that stay, as the loop of the paper's code finds them. */
function strips(size: number, { d, l, start }: { d: number; l: number; start: number }) {
  const kept = new Set<number>();
  for (let i = -1; i <= Math.floor(size / d); i++) {
    for (let place = d * i + start; place < d * i + start + l; place++) kept.add(place);
  }
  return kept;
}

describe('grid-mask', () => {
  test('fills squares that lie in a grid', async () => {
    const place = { period: 3.9, row: 0, column: 0.4 };
    expect(await mask({ period: [3, 3], keep: 0.3 }, onesOf(5, 7), place)).toEqual([
      [1, 1, 1, 1, 1, 1, 1],
      [0, 1, 0, 0, 1, 0, 0],
      [0, 1, 0, 0, 1, 0, 0],
      [1, 1, 1, 1, 1, 1, 1],
      [0, 1, 0, 0, 1, 0, 0],
    ]);
  });

  test("is the mask of the paper's code at every place", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          d: fc.integer({ min: 2, max: 11 }),
          tenths: fc.integer({ min: 0, max: 10 }),
          row: fc.double({ min: 0, max: 0.99, noNaN: true }),
          column: fc.double({ min: 0, max: 0.99, noNaN: true }),
        }),
        async ({ d, tenths, row, column }) => {
          const keep = tenths / 10;
          const [r, c] = [Math.fround(row), Math.fround(column)];
          const top = Math.floor(Math.fround(r * d));
          const left = Math.floor(Math.fround(c * d));
          const found = await mask({ period: [2, 11], keep }, onesOf(9, 12), {
            period: d + 0.5,
            row: r,
            column: c,
          });
          const l = Math.ceil(d * keep);
          const rows = strips(9, { d, l, start: top });
          const columns = strips(12, { d, l, start: left });
          // Mode 1, rotate 1: what is in no strip is cut.
          const expected = onesOf(9, 12).map((line, y) =>
            line.map((_, x) => (rows.has(y) || columns.has(x) ? 1 : 0)),
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('masks the share of images that it is told to', async () => {
    const stage = createListedStage({
      name: 'grid-mask',
      period: [2, 4],
      keep: 0,
      probability: 0.3,
      fillValue: 5,
    });
    const ones = { shape: [3000, 4, 4, 1] as const, values: new Uint8Array(48_000).fill(1) };
    const output = await applyStage(stage, ones, { seed: 4 });
    const masked = Array.from(output.max([1, 2, 3]).dataSync()).filter((most) => most === 5);
    expect(Math.abs(masked.length / 3000 - 0.3)).toBeLessThan(0.03);
  });

  test('refuses a period whose ends are the wrong way round', () => {
    expect(listProblems({ name: 'grid-mask', period: [6, 4] })).toEqual([
      'must be [low, high] with low up to high',
    ]);
  });
});
