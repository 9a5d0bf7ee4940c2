import type { Problem } from '../problem.js';
import type { Change } from './change.js';
import { computeSequence, sequenceKinds } from './sequence.js';
import type { SweepValues } from './sweep-schema.js';

/** A key and the values that it takes in turn. */
export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The changes of one of a sweep's experiments. */
export type Combination = readonly Change[];

/** More trainings than this were hardly meant. */
export const mostCombinations = 10_000;

/** Reads the axes of a sweep block, with its sequences computed. */
export function readAxes(set: Readonly<Record<string, SweepValues>>): Axis[] | Problem {
  const axes: Axis[] = [];
  for (const [path, written] of Object.entries(set)) {
    const values = Array.isArray(written) ? written : computeWritten(written);
    if ('message' in values) return { ...values, message: `sweep: "${path}": ${values.message}` };
    axes.push({ path, values });
  }
  return axes;
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
