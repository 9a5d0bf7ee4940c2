/** Bits of a coordinate. */
const bitCount = 32;

/**
 * Degree, coefficients and first direction numbers of the primitive polynomial of each dimension after the first.
 * Source: Joe and Kuo 2008, new-joe-kuo-6.21201, the first nine.
 */
const polynomials: readonly (readonly [coefficients: number, first: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
];

/** Dimensions that a Sobol point may have. */
export const mostSobolDimensions = polynomials.length + 1;

/**
 * Returns the first points of Sobol's sequence, which fill the unit cube more evenly than random ones; more points keep those
 * before. Shape: [count, dimensions]. Range: 0..1, 1 left out. Source: Sobol 1967, in the order of Antonov and Saleev 1979.
 * @param shifts By dimension, XORed into each coordinate's 32 bits, which keeps the points as even. 0 for none.
 * @throws RangeError for more than {@link mostSobolDimensions} dimensions.
 */
export function createSobolPoints(count: number, shifts: readonly number[]): number[][] {
  if (shifts.length > mostSobolDimensions) {
    throw new RangeError(`Sobol points have at most ${mostSobolDimensions} dimensions here.`);
  }
  const directions = shifts.map((_, dimension) => createDirections(dimension));
  const state = new Uint32Array(shifts);
  return Array.from({ length: count }, (_, index) => {
    // Gray code: one direction is added from point to point, that of the lowest 0 bit of the index before.
    const turned = index === 0 ? -1 : Math.clz32(0) - 1 - Math.clz32(index & -index);
    return directions.map((numbers, dimension) => {
      if (turned >= 0)
        state[dimension] = (state[dimension] as number) ^ (numbers[turned] as number);
      return (state[dimension] as number) / 2 ** bitCount;
    });
  });
}

function createDirections(dimension: number): Uint32Array {
  const polynomial = polynomials[dimension - 1];
  if (!polynomial) return Uint32Array.from({ length: bitCount }, (_, bit) => 2 ** (31 - bit));
  const [coefficients, first] = polynomial;
  const degree = first.length;
  const numbers = new Uint32Array(bitCount);
  for (let bit = 0; bit < bitCount; bit++) {
    if (bit < degree) {
      numbers[bit] = (first[bit] as number) * 2 ** (31 - bit);
      continue;
    }
    const back = numbers[bit - degree] as number;
    let value = back ^ (back >>> degree);
    for (let step = 1; step < degree; step++) {
      if ((coefficients >> (degree - 1 - step)) & 1) value ^= numbers[bit - step] as number;
    }
    numbers[bit] = value;
  }
  return numbers;
}
