import { describe, expect, it } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import { corruptImages } from '../../src/corruptions/corrupt-images.js';
import { corruptions } from '../../src/corruptions/list.js';
import { createRandomSource } from '../../src/corruptions/random-source.js';
import { cachedData } from '../cifar10/cached-data.js';
import { readGolden } from './golden.js';

/** The bounds below are narrow: one seed in some tens would miss one of them by chance. */
const seed = 20261126;
const shape = { height: 32, width: 32, channels: 3 };
const size = 32 * 32 * 3;

/** The 200 test images of which the reference's own draws were measured. */
const { test } = await readCifar10(await cachedData());
const images = test.images.subarray(1000 * size, 1200 * size);

function measure(corrupted: Uint8Array) {
  const sums = Array.from({ length: 200 }, (_, image) => {
    let sum = 0;
    for (let at = image * size; at < (image + 1) * size; at++) sum += differenceAt(at);
    return sum / size;
  });
  function differenceAt(at: number) {
    return (corrupted[at] as number) - (images[at] as number);
  }
  const mean = sums.reduce((total, value) => total + value, 0) / 200;
  let square = 0;
  let absolute = 0;
  for (let at = 0; at < images.length; at++) {
    square += (differenceAt(at) - mean) ** 2;
    absolute += Math.abs(differenceAt(at));
  }
  const spread = Math.sqrt(sums.reduce((total, value) => total + (value - mean) ** 2, 0) / 200);
  return {
    mean,
    variance: square / images.length,
    absolute: absolute / images.length,
    spread,
  };
}

const random = corruptions.filter(({ draw }) => draw);

describe.each(random)(`$name, drawn with seed ${seed}`, ({ name }) => {
  it.each(readGolden(name).output.runs)(
    "differs from the image as the reference's draws do, at severity $severity",
    (run) => {
      const setting = { name, severity: run.severity, seed };
      const ours = measure(corruptImages(images, { shape, setting }));
      const theirs = run.statistics_200_images ?? {};
      const spread = theirs.mean_difference_per_image_sd ?? 0;
      // Both are means of 200 images, so five deviations of their difference; the texture of frost is not the same.
      const near = Math.max(0.02, 5 * Math.sqrt(2 / 200) * spread);
      expect(Math.abs(ours.mean - (theirs.mean_difference ?? Number.NaN))).toBeLessThan(near);
      const share = name === 'frost' ? 0.5 : 0.25;
      expect(relative(ours.variance, theirs.variance_of_difference)).toBeLessThan(share);
      expect(relative(ours.absolute, theirs.mean_abs_difference)).toBeLessThan(share);
      expect(relative(ours.spread, spread)).toBeLessThan(0.5);
    },
  );
});

function relative(ours: number, theirs = Number.NaN): number {
  return Math.abs(ours - theirs) / theirs;
}

describe(`the draws, with seed ${seed}`, () => {
  const source = createRandomSource(`${seed}`);
  const count = 40_000;

  it.each([0.3, 4, 9.9, 10, 47.5, 500])('are Poisson counts of mean %d', (mean) => {
    const counts = Array.from({ length: count }, () => source.poisson(mean));
    const { mean: found, variance } = momentsOf(counts);
    expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(mean / count));
    const deviation = Math.sqrt((mean + 2 * mean ** 2) / count);
    expect(Math.abs(variance - mean)).toBeLessThan(5 * deviation);
  });

  it('are normal: mean, variance and the shares within one, two and three deviations', () => {
    const values = Array.from({ length: count }, () => source.normal());
    const { mean, variance } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    for (const [reach, share] of [
      [1, 0.682689],
      [2, 0.9545],
      [3, 0.9973],
    ] as const) {
      const within = values.filter((value) => Math.abs(value) < reach).length / count;
      expect(Math.abs(within - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
    }
  });

  it('are the same for the same name', () => {
    const [one, other, next] = [1, 1, 2].map((name) => createRandomSource(`${seed}/${name}`));
    const draw = (from = source) => Array.from({ length: 5 }, () => from.uniform());
    const values = draw(one);
    expect(draw(other)).toEqual(values);
    expect(draw(next)).not.toEqual(values);
  });
});

function momentsOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}
