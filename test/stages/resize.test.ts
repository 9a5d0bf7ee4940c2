import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

function resize(options: object, rows: Rows) {
  const stage = createListedStage({ name: 'resize', height: 1, width: 2, ...options });
  return applyStage(stage, fromRows(rows)).then(toRows);
}

interface Resized {
  readonly height: number;
  readonly width: number;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly antialias: boolean;
  readonly output: readonly number[];
}

/** How far the stage is from a library at most, for each of the library's runs. */
async function compareWith(library: 'keras' | 'torch' | 'pillow') {
  const file = new URL(`../golden/resize/${library}.json`, import.meta.url);
  const { input, runs } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly input: { shape: [number, number, number, number]; values: number[] };
    readonly runs: readonly Resized[];
  };
  const distances = runs.map(async ({ output, ...options }) => {
    const stage = createListedStage({ name: 'resize', ...options });
    const found = (await applyStage(stage, input)).dataSync();
    const apart = output.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
    return { options, apart: Math.max(...apart) };
  });
  return Promise.all(distances);
}

const isTorchsCubic = ({ options }: { readonly options: Omit<Resized, 'output'> }) =>
  options.interpolation === 'bicubic' && !options.antialias;

describe('resize', () => {
  test.each(['keras', 'torch', 'pillow'] as const)('agrees with %s', async (library) => {
    const compared = await compareWith(library);
    const alike = library === 'torch' ? compared.filter((run) => !isTorchsCubic(run)) : compared;
    expect(alike.length).toBeGreaterThanOrEqual(4);
    for (const { options, apart } of alike)
      expect({ options, apart: apart < 0.002 }).toEqual({ options, apart: true });
  });

  test("has another cubic than torch's without antialias", async () => {
    const cubic = (await compareWith('torch')).filter(isTorchsCubic);
    expect(cubic.map(({ apart }) => apart > 3)).toEqual([true, true]);
  });

  test('refuses antialias with "nearest"', () => {
    const options = { name: 'resize', height: 2, width: 2, interpolation: 'nearest' };
    expect(listProblems({ ...options, antialias: true })).toEqual([
      'must not be set together with the interpolation "nearest"',
    ]);
  });

  test('says how far bicubic values overshoot', () => {
    const stage = createListedStage({
      name: 'resize',
      height: 2,
      width: 2,
      interpolation: 'bicubic',
    });
    const [low, high] = stage.gives([0, 1]);
    expect([low, high].map((value) => value.toFixed(3))).toEqual(['-0.306', '1.306']);
  });

  test('reads between pixels at half-pixel centres', async () => {
    expect(await resize({ width: 4 }, [[0, 4]])).toEqual([[[0, 1, 3, 4]]]);
    expect(await resize({ width: 4, interpolation: 'nearest' }, [[0, 4]])).toEqual([
      [[0, 0, 4, 4]],
    ]);
  });

  test('does not smooth what it shrinks', async () => {
    expect(await resize({ width: 1 }, [[9, 0, 0, 0, 9]])).toEqual([[[0]]]);
  });

  test('to the same size leaves the image as it is', async () => {
    const rows = [
      [1, 2],
      [3, 4],
    ];
    expect(await resize({ height: 2 }, rows)).toEqual([rows]);
  });

  test('crops to the new proportions first', async () => {
    const rows = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    expect(await resize({ height: 2, cropToAspectRatio: true }, rows)).toEqual([
      [
        [2, 3],
        [6, 7],
      ],
    ]);
  });

  test('pads to the new proportions first', async () => {
    const square = { height: 3, width: 3, padToAspectRatio: true, fillValue: 9 };
    expect(await resize(square, [[1, 2, 3]])).toEqual([
      [
        [9, 9, 9],
        [1, 2, 3],
        [9, 9, 9],
      ],
    ]);
    expect(createListedStage({ name: 'resize', ...square }).gives([0, 1])).toEqual([0, 9]);
  });

  test('refuses to crop and to pad at once', () => {
    const both = {
      name: 'resize',
      height: 2,
      width: 2,
      cropToAspectRatio: true,
      padToAspectRatio: true,
    };
    expect(listProblems(both)).toEqual(['must not be set together with cropToAspectRatio']);
  });
});
