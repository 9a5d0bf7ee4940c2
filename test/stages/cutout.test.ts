import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

const image: Rows = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
];

async function cut(options: object, row: number, column: number) {
  const stage = createListedStage({ name: 'cutout', ...options });
  return toRows(await applyStage(stage, fromRows(image), { row: [row], column: [column] }))[0];
}

interface Cutout {
  readonly form: 'paper' | 'airbench';
  readonly length?: number;
  readonly size?: number;
  readonly centres_yx?: readonly [number, number][];
  readonly corners_yx?: readonly [number, number][];
}

describe('cutout', () => {
  test('fills a square about its centre, as far as the image goes', async () => {
    expect(await cut({ size: 2, fillValue: -1 }, 0.5, 0.75)).toEqual([
      [1, 2, 3, 4],
      [5, 6, -1, -1],
      [9, 10, -1, -1],
      [13, 14, 15, 16],
    ]);
    expect(await cut({ size: 4 }, 0, 0.99)).toEqual([
      [1, 0, 0, 0],
      [5, 0, 0, 0],
      [9, 10, 11, 12],
      [13, 14, 15, 16],
    ]);
  });

  test('keeps the square inside of the image if told to', async () => {
    const inside = { size: 3, border: 'inside' };
    const corner = [
      [1, 2, 3, 4],
      [0, 0, 0, 8],
      [0, 0, 0, 12],
      [0, 0, 0, 16],
    ];
    expect(await cut(inside, 0.5, 0.49)).toEqual(corner);
    expect(await cut(inside, 1, 0)).toEqual(corner);
  });

  test('cuts all channels, and makes negative pixels 0 too', async () => {
    const stage = createListedStage({ name: 'cutout', size: 1, border: 'inside' });
    const output = await applyStage(stage, [[[[-1, -2, 3]]]], { row: [0], column: [0] });
    expect(Array.from(output.dataSync())).toEqual([0, 0, 0]);
  });

  test.each(readTorch<TorchCase<Cutout>>('cutout').output.runs)(
    'agrees with the $params.form form',
    async ({ params, images, output }) => {
      const [size, border, places] = params.centres_yx
        ? [params.length ?? 0, 'clip', params.centres_yx]
        : [params.size ?? 0, 'inside', params.corners_yx ?? []];
      const count = border === 'clip' ? 32 : 32 - size + 1;
      const shares = (side: 0 | 1) => places.map((place) => (place[side] + 0.5) / count);
      const stage = createListedStage({ name: 'cutout', size, border });
      const draw = { row: shares(0), column: shares(1) };
      const values = (await applyStage(stage, torchImages(images), draw)).dataSync();
      expect(Array.from(values)).toEqual(output.values);
    },
  );

  test('cuts an image elsewhere in the next epoch', async () => {
    const stage = createListedStage({ name: 'cutout', size: 2 });
    const images = fromRows(...Array.from({ length: 8 }, () => image));
    const inEpoch = async (epoch: number) =>
      toRows(await applyStage(stage, images, { seed: 0, epoch }));
    expect(await inEpoch(1)).not.toEqual(await inEpoch(0));
    expect(await inEpoch(0)).toEqual(await inEpoch(0));
  });

  test('refuses a square larger than the image', () => {
    const stage = createListedStage({ name: 'cutout', size: 5 });
    const inputShape = { height: 4, width: 6, channels: 1 };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "cutout" must have a size of at most 4 for images of 4 x 6, received 5.',
    );
  });
});
