import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { type GoldenCase, readGoldenCase } from './golden-case.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

function crop(options: object) {
  return createListedStage({ name: 'random-crop', ...options });
}

const row: Rows = [[1, 2, 3]];

/** A row with all that lies up to two pixels beside it. */
async function paddedRow(options: object): Promise<(number | undefined)[]> {
  const stage = crop({ padding: 2, ...options });
  const images = fromRows([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  const read = async (left: number) =>
    toRows(await applyStage(stage, images, { top: [2], left: [left] }))[0]?.[0] ?? [];
  return [...(await read(0)).slice(0, 2), ...(await read(2)), ...(await read(4)).slice(1)];
}

interface PadCrop {
  readonly mode: 'constant' | 'reflect' | 'symmetric' | 'edge';
  readonly padding: number;
  readonly top_left?: readonly [number, number][];
}

/** The same mode in our words. */
const fillModes = {
  constant: 'constant',
  reflect: 'torch-reflect',
  symmetric: 'reflect',
  edge: 'nearest',
};

const runs = readTorch<TorchCase<PadCrop>>('pad_crop').output.runs;

describe('random-crop', () => {
  test.each([
    [{}, [0, 0, 1, 2, 3, 0, 0]],
    [{ fillValue: 9 }, [9, 9, 1, 2, 3, 9, 9]],
    [{ fillMode: 'torch-reflect' }, [3, 2, 1, 2, 3, 2, 1]],
    [{ fillMode: 'reflect' }, [2, 1, 1, 2, 3, 3, 2]],
    [{ fillMode: 'nearest' }, [1, 1, 1, 2, 3, 3, 3]],
  ])('fills the border as %o says', async (options, expected) => {
    expect(await paddedRow(options)).toEqual(expected);
  });

  test('has a place of its own for each image', async () => {
    const output = await applyStage(crop({ padding: 1 }), fromRows(row, row, row), {
      top: [1, 1, 0],
      left: [0, 2.9, 1],
    });
    expect(toRows(output)).toEqual([[[0, 1, 2]], [[2, 3, 0]], [[0, 0, 0]]]);
  });

  test.each(runs.filter(({ params }) => params.top_left))(
    'agrees with torchvision: $params.mode, padding $params.padding',
    async ({ params, images, output }) => {
      const stage = crop({ padding: params.padding, fillMode: fillModes[params.mode] });
      const places = params.top_left ?? [];
      const cropped = await applyStage(stage, torchImages(images), {
        top: places.map(([top]) => top),
        left: places.map(([, left]) => left),
      });
      expect(Array.from(cropped.dataSync())).toEqual(output.values);
    },
  );

  test.each(runs.filter(({ images }) => images === 'tiny'))(
    'shows at its places all that torchvision pads by $params.padding in mode $params.mode',
    async ({ params, output }) => {
      const { padding, mode } = params;
      const tiny = torchImages('tiny');
      const [, height, width, channels] = tiny.shape;
      const stage = crop({ padding, fillMode: fillModes[mode] });
      const [, , paddedWidth] = output.shape;
      for (let top = 0; top <= 2 * padding; top++) {
        for (let left = 0; left <= 2 * padding; left++) {
          const values = (await applyStage(stage, tiny, { top: [top], left: [left] })).dataSync();
          const expected = Array.from({ length: height * width * channels }, (_, i) => {
            const [y, x] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
            return output.values[((top + y) * paddedWidth + left + x) * channels + (i % channels)];
          });
          expect(Array.from(values)).toEqual(expected);
        }
      }
    },
  );

  test("agrees with Keras' ZeroPadding2D and RandomCrop at one place", async () => {
    const golden: GoldenCase = readGoldenCase('zero_pad4_random_crop32');
    const cropped = await applyStage(crop({ padding: 4 }), golden.input, {
      top: [3, 3],
      left: [6, 6],
    });
    expect(Array.from(cropped.dataSync())).toEqual(golden.output.values);
  });

  test('reaches every place about equally often, other ones in the next epoch', async () => {
    const stage = crop({ padding: 1 });
    const images = fromRows(...Array.from({ length: 2000 }, () => [[0, 1, 0]]));
    const centres = async (epoch: number) =>
      toRows(await applyStage(stage, images, { seed: 0, epoch })).map(([cut]) =>
        (cut ?? []).indexOf(1),
      );
    const [first, second] = [await centres(0), await centres(1)];
    // Above and below the row there is nothing to see: a third of 2,000 at each of three places, then a third of those.
    for (const place of [0, 1, 2]) {
      const seen = first.filter((centre) => centre === place).length;
      expect(seen).toBeGreaterThan(170);
      expect(seen).toBeLessThan(275);
    }
    expect(second).not.toEqual(first);
  });

  test.each([
    [
      'torch-reflect',
      3,
      'Stage "random-crop" must have a padding of at most 2 for images of this size, received 3.',
    ],
    [
      'reflect',
      4,
      'Stage "random-crop" must have a padding of at most 3 for images of this size, received 4.',
    ],
  ])('refuses a padding that "%s" cannot fill', (fillMode, padding, message) => {
    const inputShape = { height: 3, width: 9, channels: 1 };
    const make = () =>
      createPipeline([crop({ fillMode, padding })], { inputShape, resampling: 'each' });
    expect(make).toThrow(message);
  });
});
