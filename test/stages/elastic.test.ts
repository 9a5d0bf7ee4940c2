import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';
import { readTorch } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Plane {
  readonly values: readonly number[];
}

const { params, input, output } = readTorch<{
  params: { alpha: number; sigma: number };
  input: { uniforms: { dx: Plane; dy: Plane } };
  output: { displacement: Plane };
}>('elastic_displacement');

/** torchvision draws from [0, 1) and stretches to [-1, 1). */
const stretch = ({ values }: Plane) => values.map((value) => 2 * value - 1);

describe('elastic', () => {
  test('reads where torchvision reads: a ramp shows its blurred displacements', async () => {
    const { alpha, sigma } = params;
    const stage = createListedStage({ name: 'elastic', alpha, sigma });
    // Two channels, each as bright as its column or row: read at a place, they are that place.
    const places = Array.from({ length: 32 }, (_, y) =>
      Array.from({ length: 32 }, (_, x) => [x, y]),
    );
    const draw = { dx: stretch(input.uniforms.dx), dy: stretch(input.uniforms.dy) };
    const read = Array.from((await applyStage(stage, [places], draw)).dataSync());
    const { values } = output.displacement;
    let compared = 0;
    for (let pixel = 0; pixel < 1024; pixel++) {
      const [x, y] = [pixel % 32, Math.floor(pixel / 32)];
      const column = x + 16 * (values[2 * pixel] as number);
      const row = y + 16 * (values[2 * pixel + 1] as number);
      if (column < 0 || column > 31 || row < 0 || row > 31) continue;
      expect(read[2 * pixel]).toBeCloseTo(column, 4);
      expect(read[2 * pixel + 1]).toBeCloseTo(row, 4);
      compared++;
    }
    expect(compared).toBeGreaterThan(800);
  });

  test('without blur moves each pixel by its own draws, into the fill value too', async () => {
    const stage = createListedStage({ name: 'elastic', alpha: 4, sigma: 0, fillValue: 9 });
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    const none = Array<number>(9).fill(0);
    const dx = [0.5, 0.25, 0, 0, 0, 0, 0, 0, 0];
    const dy = [0, 0, 0, 0, -0.5, 0, 1, 0, 0];
    const moved = await applyStage(stage, fromRows(rows), { dx, dy });
    expect(toRows(moved)[0]).toEqual([
      [2, 2.5, 3],
      [4, 2, 6],
      [9, 8, 9],
    ]);
    const still = await applyStage(stage, fromRows(rows), { dx: none, dy: none });
    expect(toRows(still)[0]).toEqual(rows);
  });

  test('refuses a blur that reaches beyond what the image can reflect', () => {
    const stages = [createListedStage({ name: 'elastic', sigma: 2 })];
    const inputShape = { height: 8, width: 20, channels: 1 };
    expect(() => createPipeline(stages, { inputShape, resampling: 'each' })).toThrow(
      'Stage "elastic" must have a sigma whose blur reaches at most 7 pixels for images of this size, received one that reaches 8.',
    );
  });
});
