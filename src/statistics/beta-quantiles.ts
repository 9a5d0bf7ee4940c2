import { betaQuantile } from './distributions.js';

const known = new Map<string, Float32Array>();

/**
 * Returns the quantiles of the symmetric beta distribution at 0, 1/cells, ... 1: a uniform number looked up between them,
 * along a line, is distributed so. Its distribution function is exact at each quantile.
 * Shape: cells + 1. Range: cells even.
 */
export function betaQuantiles(alpha: number, cells: number): Float32Array {
  const key = `${alpha}/${cells}`;
  const table = known.get(key) ?? computeQuantiles(alpha, cells);
  known.set(key, table);
  return table;
}

/** Half of them are computed: the others are those mirrored. */
function computeQuantiles(alpha: number, cells: number): Float32Array {
  const table = new Float32Array(cells + 1);
  for (let cell = 0; 2 * cell < cells; cell++) {
    const quantile = betaQuantile(cell / cells, alpha, alpha);
    table[cell] = quantile;
    table[cells - cell] = 1 - quantile;
  }
  table[cells / 2] = 0.5;
  return table;
}
