import type { Problem } from '../../problem.js';
import type { Change } from './key-path.js';
import type { SweepValues } from './sweep-schema.js';

/** Numbers that are computed from an ends-and-count or an ends-and-step description. */
export interface Sequence {
  readonly kind: 'range' | 'linspace' | 'logspace';
  readonly parameters: readonly number[];
}

const sequenceKinds = ['range', 'linspace', 'logspace'] as const;

/** More values of one key were hardly meant. */
const mostValues = 1000;

const shapes = {
  range: 'range(from, to, step): "to" is left out, and the step is 1 if not given',
  linspace: 'linspace(first, last, count), both ends included',
  logspace:
    'logspace(first, last, count): both ends included, each a value above 0, not an exponent',
} as const;

/**
 * Returns a sequence's numbers, rounded to 12 digits so that 0.1 + 0.2 is 0.3. `range` is Python's, `linspace` NumPy's,
 * `logspace` NumPy's geomspace.
 */
export function computeSequence({ kind, parameters }: Sequence): number[] | Problem {
  const [first = Number.NaN, last = Number.NaN, third = kind === 'range' ? 1 : Number.NaN] =
    parameters;
  const count = kind === 'range' ? countOfRange(first, last, third) : third;
  const isPositive = kind !== 'logspace' || (first > 0 && last > 0);
  const isSound = [first, last, third].every(Number.isFinite) && parameters.length <= 3;
  if (!isSound || !isPositive || !Number.isInteger(count) || count < 1 || count > mostValues) {
    const given = `${kind}(${parameters.join(', ')})`;
    const message = `${given} must give 1 to ${mostValues} numbers.`;
    return { message, hint: `write ${shapes[kind]}.` };
  }
  return Array.from({ length: count }, (_, index) => {
    if (kind === 'range') return round(first + index * third);
    const share = count === 1 ? 0 : index / (count - 1);
    if (kind === 'linspace') return round(first + share * (last - first));
    return round(first * (last / first) ** share);
  });
}

/** The small share keeps range(0, 0.3, 0.1) from having 0.3 by rounding. */
function countOfRange(from: number, to: number, step: number): number {
  return Math.max(0, Math.ceil((to - from) / step - 1e-9));
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** A key and the values that it takes in turn. */
export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The changes of one of a sweep's experiments. */
export type Combination = readonly Change[];

/** More trainings than this were hardly meant. */
const mostCombinations = 10_000;

/** Reads the axes of a sweep block, with its sequences computed. */
export function readAxes(set: Readonly<Record<string, SweepValues>>): Axis[] | Problem {
  const axes: Axis[] = [];
  for (const [path, written] of Object.entries(set)) {
    const values = listValues(written);
    if ('message' in values) return { ...values, message: `sweep: "${path}": ${values.message}` };
    axes.push({ path, values });
  }
  return axes;
}

/** Returns the values that a key takes in turn. */
export function listValues(written: SweepValues): readonly unknown[] | Problem {
  return Array.isArray(written) ? written : computeWritten(written);
}

function computeWritten(written: Exclude<SweepValues, readonly unknown[]>): number[] | Problem {
  const sequences: Partial<Record<(typeof sequenceKinds)[number], readonly number[]>> = written;
  const kind = sequenceKinds.find((name) => sequences[name]);
  if (!kind) throw new Error('The schema let a sequence without a kind pass.');
  return computeSequence({ kind, parameters: sequences[kind] ?? [] });
}

/** Returns every combination of the axes' values, after the changes that are there; the last axis turns fastest. */
export function combine(
  before: readonly Combination[],
  axes: readonly Axis[],
): Combination[] | Problem {
  const count = axes.reduce((product, { values }) => product * values.length, before.length);
  if (count > mostCombinations) {
    return { message: `the sweep has ${count} combinations, of at most ${mostCombinations}.` };
  }
  return axes.reduce<Combination[]>(
    (combinations, { path, values }) =>
      combinations.flatMap((combination) =>
        values.map((value) => [
          ...combination.filter((change) => change.path !== path),
          { path, value },
        ]),
      ),
    [...before],
  );
}
