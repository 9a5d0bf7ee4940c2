import type { Measured, Measurement, Place, SectionName } from '../measurement.js';
import { median, type Rounds } from './statistics.js';

/** All of one side of one case. */
export interface SideResult extends Place {
  /** The median of each round's samples. */
  readonly rounds: Rounds;
  readonly measured: readonly Measured[];
  /** Why it is missing. */
  readonly skipped?: string;
}

/** Sides that are compared with each other. */
export interface CaseResult {
  readonly name: string;
  readonly sides: readonly SideResult[];
}

/** Sorts a section's measurements by case and side, in the order in which they first came. */
export function casesOf(
  measurements: readonly Measurement[],
  section: SectionName,
): readonly CaseResult[] {
  const ofSection = measurements.filter((measurement) => measurement.section === section);
  return groupBy(ofSection, (measurement) => measurement.case).map(([name, inCase]) => ({
    name,
    sides: groupBy(inCase, ({ side }) => side).map(([side, ofSide]) =>
      sideOf({ section, case: name, side }, ofSide),
    ),
  }));
}

/** In the order in which the keys first came. */
function groupBy(
  measurements: readonly Measurement[],
  keyOf: (measurement: Measurement) => string,
): [string, Measurement[]][] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = keyOf(measurement);
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  return [...groups];
}

function sideOf(place: Place, measurements: readonly Measurement[]): SideResult {
  const measured = measurements.filter((measurement) => measurement.status === 'measured');
  const skipped = measurements.find((measurement) => measurement.status === 'skipped')?.reason;
  const rounds = new Map(measured.map(({ round, seconds }) => [round, median(seconds)]));
  return { ...place, rounds, measured, ...(skipped !== undefined && { skipped }) };
}

export function findSide({ sides }: CaseResult, name: string): SideResult | undefined {
  return sides.find(({ side }) => side === name);
}
