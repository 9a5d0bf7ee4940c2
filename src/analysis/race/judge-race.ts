import { parseMargin, type Race } from '../../experiment/race.js';
import { computeNominalLevel, type Looks } from '../../statistics/sequential-t-test.js';
import { testPairs } from '../../statistics/t-test.js';

/** What a race is to tell, and how surely. */
export interface RaceRules {
  readonly looks: Looks;
  /** Probability that any of the racers is called different though none is. */
  readonly alpha: number;
  /** A difference of less than this does not matter. Range: rates 0..1. */
  readonly margin: number;
}

/** Returns the rules of an experiment's race. */
export function rulesOf({ minSeeds, maxSeeds, alpha, margin }: Race): RaceRules {
  return { looks: { first: minSeeds, last: maxSeeds }, alpha, margin: parseMargin(margin) };
}

/** Test accuracy of a racer minus that of the control, seed by seed; nothing where one of both failed. */
export type SeedDifferences = readonly (number | undefined)[];

/**
 * `within margin`: whatever the difference is, it is smaller than the margin. `undecided`: the seeds are used up.
 * `racing`: the next seed is wanted.
 */
type RaceVerdict = 'better' | 'worse' | 'within margin' | 'undecided' | 'racing';

export interface Racer {
  readonly verdict: RaceVerdict;
  /** Seeds that count: those looked at until it ended, or so far. */
  readonly seedCount: number;
}

/**
 * Says how a race stands: looks at all racers after each seed that all of them have which still race, and lets each end as
 * soon as it is told apart from the control (corrected for the number of racers by Holm's rule) or shown to lie within the
 * margin. What came after a racer's end is not looked at, so the verdicts depend on the seeds alone and not on the order in which they
 * were trained.
 */
export function judgeRace(racers: readonly SeedDifferences[], rules: RaceRules): readonly Racer[] {
  const { first, last } = rules.looks;
  const states = racers.map((): State => ({ verdict: 'racing', seedCount: 0, smallest: 1 }));
  const racing = () => states.filter(({ verdict }) => verdict === 'racing');
  const has = (seeds: number) =>
    racers.every(({ length }, index) => states[index]?.verdict !== 'racing' || length >= seeds);
  for (let seeds = first; seeds <= last && racing().length > 0 && has(seeds); seeds++) {
    for (const [index, differences] of racers.entries()) {
      look(states[index] as State, differences.slice(0, seeds), rules);
    }
    endByHolm(states, rules);
    for (const state of racing()) {
      if (state.isWithin) state.verdict = 'within margin';
      else if (seeds === last) state.verdict = 'undecided';
    }
  }
  return states.map(({ verdict, seedCount }) => ({ verdict, seedCount }));
}

/** A racer on its way. */
interface State {
  verdict: RaceVerdict;
  seedCount: number;
  /** Of the p-values at all looks so far. */
  smallest: number;
  /** The difference at the look that had it. */
  difference?: number;
  isWithin?: boolean;
}

function look(state: State, seeds: SeedDifferences, { looks, alpha, margin }: RaceRules): void {
  if (state.verdict !== 'racing') return;
  state.seedCount = seeds.length;
  const differences = seeds.filter((difference) => difference !== undefined);
  // Another look comes with another pair.
  if (differences.length < looks.first || seeds.at(-1) === undefined) return;
  const level = 1 - computeNominalLevel(alpha, looks);
  const test = testPairs(new Array<number>(differences.length).fill(0), differences, level);
  if (!test) return;
  if (test.pValue < state.smallest) {
    state.smallest = test.pValue;
    state.difference = test.difference;
  }
  state.isWithin = Math.max(-test.interval.lower, test.interval.upper) < margin;
}

/** Holm 1979, with each step's share of alpha as the nominal level that all looks together keep to it. */
function endByHolm(states: readonly State[], { looks, alpha }: RaceRules): void {
  const ascending = [...states].sort((a, b) => a.smallest - b.smallest);
  for (const [rank, state] of ascending.entries()) {
    const nominal = computeNominalLevel(alpha / (states.length - rank), looks);
    if (state.smallest > nominal) return;
    if (state.verdict === 'racing')
      state.verdict = (state.difference ?? 0) > 0 ? 'better' : 'worse';
  }
}
