import { at, defineCorruption, drawValues } from './corruption.js';
import { toBytes, toUnit, valueCount } from './image.js';

/** Formula: x + c n, n normal. */
export const gaussianNoise = defineCorruption<{ readonly normal: ArrayLike<number> }>({
  name: 'gaussian-noise',
  family: 'noise',
  draw: (random, image) => ({ normal: drawValues(valueCount(image), random.normal) }),
  apply(image, severity, { normal }) {
    const deviation = at([0.04, 0.06, 0.08, 0.09, 0.1], severity);
    return toBytes(toUnit(image).map((value, index) => value + deviation * (normal[index] ?? 0)));
  },
});

/** Formula: x + c x n, n normal. */
export const speckleNoise = defineCorruption<{ readonly normal: ArrayLike<number> }>({
  name: 'speckle-noise',
  family: 'noise',
  isHeldOut: true,
  draw: (random, image) => ({ normal: drawValues(valueCount(image), random.normal) }),
  apply(image, severity, { normal }) {
    const deviation = at([0.06, 0.1, 0.12, 0.16, 0.2], severity);
    return toBytes(
      toUnit(image).map((value, index) => value + value * deviation * (normal[index] ?? 0)),
    );
  },
});

const shotCounts = [500, 250, 100, 75, 50];

/** Formula: k / c, k a Poisson count of mean c x. */
export const shotNoise = defineCorruption<{ readonly poisson: ArrayLike<number> }>({
  name: 'shot-noise',
  family: 'noise',
  draw(random, image, severity) {
    const brightest = at(shotCounts, severity);
    return { poisson: toUnit(image).map((value) => random.poisson(value * brightest)) };
  },
  apply(_, severity, { poisson }) {
    const brightest = at(shotCounts, severity);
    const values = new Float64Array(poisson.length);
    for (let i = 0; i < values.length; i++) values[i] = (poisson[i] as number) / brightest;
    return toBytes(values);
  },
});

/** Sets a share of the values to 1 (salt) or 0 (pepper), each channel of a pixel for itself. */
export const impulseNoise = defineCorruption<{
  readonly salt: Iterable<number>;
  readonly pepper: Iterable<number>;
}>({
  name: 'impulse-noise',
  family: 'noise',
  draw(random, image, severity) {
    const share = at([0.01, 0.02, 0.03, 0.05, 0.07], severity);
    const [salt, pepper]: [number[], number[]] = [[], []];
    for (let index = 0; index < valueCount(image); index++) {
      if (random.uniform() < share) (random.uniform() < 0.5 ? salt : pepper).push(index);
    }
    return { salt, pepper };
  },
  apply(image, _, { salt, pepper }) {
    // Through 0..1 and back, as the reference: some values lose a level to the rounding.
    const bytes = toBytes(toUnit(image));
    for (const index of salt) bytes[index] = 255;
    for (const index of pepper) bytes[index] = 0;
    return bytes;
  },
});
