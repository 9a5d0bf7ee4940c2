import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Affine {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fill: readonly number[] | null;
}

/** What torchvision was told: a turn, a shift in pixels, a scale and shears, about the centre. */
interface Told {
  readonly angle: number;
  readonly translate: readonly [number, number];
  readonly scale: number;
  readonly shear: readonly [number, number];
}

const golden = readTorch<TorchCase<Affine>>('affine_general');
const told = golden.params as unknown as Told;

const wide = { translate: [1, 1], scale: [1, 2], degrees: 20, shearX: 10, shearY: 10 };

describe('random-affine', () => {
  test.each(golden.output.runs.filter(({ params }) => params.fill === null))(
    'agrees with torchvision: $params.interpolation, images $images',
    async ({ params, images, output }) => {
      const input = torchImages(images);
      const [count, height, width] = input.shape;
      const { interpolation } = params;
      const stage = createListedStage({ name: 'random-affine', interpolation, ...wide });
      const repeat = (value: number) => Array<number>(count).fill(value);
      const moved = await applyStage(stage, input, {
        angleDegrees: repeat(told.angle),
        widthFraction: repeat(told.translate[0] / width),
        heightFraction: repeat(told.translate[1] / height),
        scale: repeat(told.scale),
        xShearDegrees: repeat(told.shear[0]),
        yShearDegrees: repeat(told.shear[1]),
      });
      const values = Array.from(moved.dataSync(), (value) => Math.round(value));
      const apart = values.map((value, i) => Math.abs(value - (output.values[i] as number)));
      const share = apart.filter((difference) => difference > 0).length / apart.length;
      expect(share).toBeLessThanOrEqual(interpolation === 'nearest' ? 0.002 : 0.015);
      if (interpolation === 'bilinear') expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    },
  );

  test('turns clockwise, moves by whole pixels and makes larger', async () => {
    const row = [[0, 0, 1, 2, 0]];
    const at = async (options: object, draw: Readonly<Record<string, number>>) => {
      const stage = createListedStage({ name: 'random-affine', ...wide, ...options });
      const still = {
        angleDegrees: 0,
        widthFraction: 0,
        heightFraction: 0,
        scale: 1,
        xShearDegrees: 0,
        yShearDegrees: 0,
      };
      const all = Object.entries({ ...still, ...draw }).map(([name, value]) => [name, [value]]);
      return toRows(await applyStage(stage, fromRows(row), Object.fromEntries(all)))[0]?.[0];
    };
    expect(await at({}, {})).toEqual([0, 0, 1, 2, 0]);
    expect(await at({}, { widthFraction: 0.29 })).toEqual([0, 0, 0, 1, 2]);
    expect(await at({ fillValue: 9 }, { widthFraction: -0.4 })).toEqual([1, 2, 0, 9, 9]);
    // Half way is rounded away from 0.
    expect(await at({}, { scale: 2 })).toEqual([0, 1, 1, 2, 2]);
    const stage = createListedStage({ name: 'random-affine', degrees: [90, 90] });
    const turned = await applyStage(
      stage,
      fromRows([
        [0, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      { seed: 0 },
    );
    expect(toRows(turned)[0]).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });
});
