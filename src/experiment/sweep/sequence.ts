import type { Problem } from '../problem.js';

/** Numbers that are computed from an ends-and-count or an ends-and-step description. */
export interface Sequence {
  readonly kind: 'range' | 'linspace' | 'logspace';
  readonly parameters: readonly number[];
}

export const sequenceKinds = ['range', 'linspace', 'logspace'] as const;

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
