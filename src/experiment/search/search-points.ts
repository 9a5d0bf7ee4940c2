import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Problem } from '../../problem.js';
import { createSobolPoints } from '../../statistics/sobol.js';
import { type Combination, combine, listValues } from '../sweep/axis.js';
import type { SweepValues } from '../sweep/sweep-schema.js';
import type { Search, SearchDimension } from './search-schema.js';

/** A key of a search, and which value each place between 0 and 1 stands for. */
interface Dimension {
  readonly path: string;
  /** Nothing where the values cannot be listed. */
  readonly values?: readonly unknown[];
  valueAt(place: number): unknown;
}

/**
 * Returns the configurations of a search, in the order in which they begin. The same seed has the same points, and more points
 * keep those before; the same point may come up twice where all keys have lists.
 */
export function listSearchPoints({ over, points, seed }: Search): Combination[] | Problem {
  const dimensions: Dimension[] = [];
  for (const [path, written] of Object.entries(over)) {
    const dimension = createDimension(path, written as SearchDimension);
    if ('message' in dimension) {
      return { ...dimension, message: `search: "${path}": ${dimension.message}` };
    }
    dimensions.push(dimension);
  }
  if (points === 'grid') return combineAll(dimensions);
  const places = 'random' in points ? draw(points.random) : spread(points.sobol);
  return places.map((point) =>
    dimensions.map(({ path, valueAt }, index) => ({
      path,
      value: valueAt(point[index] as number),
    })),
  );

  function draw(count: number): number[][] {
    const generator = xoroshiro128plus(seed);
    return Array.from({ length: count }, () =>
      dimensions.map(() => uniformInt(generator, 0, 2 ** 31 - 1) / 2 ** 31),
    );
  }

  function spread(count: number): number[][] {
    const generator = xoroshiro128plus(seed);
    return createSobolPoints(
      count,
      dimensions.map(() => generator.next() >>> 0),
    );
  }
}

function combineAll(dimensions: readonly Dimension[]): Combination[] | Problem {
  const open = dimensions.find(({ values }) => !values);
  if (open) {
    return {
      message: `search: "${open.path}": a grid needs values that can be listed.`,
      hint: 'list them, or ask for "points": {"sobol": 27}.',
    };
  }
  return combine(
    [[]],
    dimensions.map(({ path, values = [] }) => ({ path, values })),
  );
}

/** What a key's distribution is written as, and what it must be. */
const distributions = {
  uniform: (low: number, high: number) => (place: number) => round(low + place * (high - low)),
  logUniform: (low: number, high: number) => (place: number) => round(low * (high / low) ** place),
  integer: (low: number, high: number) => (place: number) =>
    low + Math.floor(place * (high - low + 1)),
} as const;

function createDimension(path: string, written: SearchDimension): Dimension | Problem {
  const kind = (Object.keys(distributions) as (keyof typeof distributions)[]).find(
    (name) => !Array.isArray(written) && name in written,
  );
  if (!kind) {
    const values = listValues(written as SweepValues);
    if ('message' in values) return values;
    return { path, values, valueAt: (place) => values[Math.floor(place * values.length)] };
  }
  const [low = Number.NaN, high = Number.NaN] = (
    written as Readonly<Record<string, readonly number[]>>
  )[kind] as readonly number[];
  const isWhole = kind !== 'integer' || (Number.isInteger(low) && Number.isInteger(high));
  if (!(low < high) || !isWhole || (kind === 'logUniform' && low <= 0)) {
    const more = { uniform: '', logUniform: ', above 0', integer: ', whole' }[kind];
    return {
      message: `${kind} must have two numbers${more}, the lower one first, received ${JSON.stringify([low, high])}.`,
    };
  }
  return { path, valueAt: distributions[kind](low, high) };
}

/** Four digits tell any two points apart that differ in effect, and can be read. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
