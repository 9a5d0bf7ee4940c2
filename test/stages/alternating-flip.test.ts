import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';
import { readTorch, type TorchTensor, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows: Rows = [
  [1, 2],
  [3, 4],
];
const mirrored = [
  [2, 1],
  [4, 3],
];
const stage = createListedStage({ name: 'alternating-flip' });

/** Which of the images 0, 1, ... are flipped in an epoch. */
async function flippedIn(epoch: number, seed: number, count = 500): Promise<boolean[]> {
  const images = fromRows(...Array.from({ length: count }, () => [[0, 1]]));
  const flipped = toRows(await applyStage(stage, images, { seed, epoch }));
  return flipped.map(([row]) => row?.[0] === 1);
}

describe('alternating-flip', () => {
  test('flips what is drawn below one half in even epochs, the others in odd ones', async () => {
    const flip = [0, 0.49, 0.5, 0.99];
    const images = fromRows(rows, rows, rows, rows);
    const inEpoch = async (epoch: number) =>
      toRows(await applyStage(stage, images, { flip, epoch: [epoch] }));
    expect(await inEpoch(0)).toEqual([mirrored, mirrored, rows, rows]);
    expect(await inEpoch(1)).toEqual([rows, rows, mirrored, mirrored]);
    expect(await inEpoch(2)).toEqual(await inEpoch(0));
  });

  test('swaps top and bottom if told to', async () => {
    const vertical = createListedStage({ name: 'alternating-flip', mode: 'vertical' });
    const output = await applyStage(vertical, fromRows(rows), { flip: [0], epoch: [0] });
    expect(toRows(output)).toEqual([[rows[1], rows[0]]]);
  });

  test('agrees with the reference over five epochs', async () => {
    const { input, output } = readTorch<{
      input: { uniforms: number[] };
      output: { flipped_in_epoch: number[][] };
    }>('alternating_flip');
    const images = fromRows(...input.uniforms.map(() => [[0, 1]]));
    for (const [epoch, expected] of output.flipped_in_epoch.entries()) {
      const flipped = await applyStage(stage, images, { flip: input.uniforms, epoch: [epoch] });
      expect(toRows(flipped).map(([row]) => row?.[0])).toEqual(expected);
    }
  });

  test('draws once an image: the first epoch decides all others', async () => {
    const first = await flippedIn(0, 3);
    expect(first.filter((flip) => flip).length).toBeGreaterThan(190);
    expect(first.filter((flip) => flip).length).toBeLessThan(310);
    expect(await flippedIn(1, 3)).toEqual(first.map((flip) => !flip));
    expect(await flippedIn(8, 3)).toEqual(first);
    expect(await flippedIn(0, 4)).not.toEqual(first);
  });

  interface CropFlip {
    readonly params: {
      readonly first_epoch_flip: number[];
      readonly shifts_yx: [number, number][];
    };
    readonly output: Record<string, { readonly images: number[]; readonly output: TorchTensor }>;
  }

  test.each([0, 1])(
    'behind random-crop gives what cifar10-airbench does in epoch %i',
    async (epoch) => {
      const { params, output } = readTorch<CropFlip>('crop_flip');
      const { images: places, output: expected } = output[`epoch_${epoch}_with_these_shifts`] as {
        images: number[];
        output: TorchTensor;
      };
      const crop = createListedStage({
        name: 'random-crop',
        padding: 2,
        fillMode: 'torch-reflect',
      });
      const isFlipped = places.map((place) => params.first_epoch_flip[place] === 1);
      const shifts = places.map((place) => params.shifts_yx[place] as [number, number]);
      // The reference flips first, crops, and flips all once more in odd epochs: an image that its first epoch flips is
      // shifted the other way as seen from here.
      const cropped = await applyStage(crop, torchImages(places), {
        top: shifts.map(([y]) => 2 + y),
        left: shifts.map(([, x], image) => (isFlipped[image] ? 2 - x : 2 + x)),
      });
      const flip = isFlipped.map((flipped) => (flipped ? 0 : 1));
      const flipped = await applyStage(stage, cropped, { flip, epoch: [epoch] });
      expect(Array.from(flipped.dataSync())).toEqual(expected.values);
    },
  );
});
