/** How a search spends its training. */
export interface SearchRules {
  /** Shares of the whole training at which scores are compared, ascending; the last is 1. */
  readonly rungs: readonly number[];
  /** Share of a rung's configurations that goes on to the next one. */
  readonly keep: number;
}

/** Scores of a configuration at the rungs that it has reached, from the first on; higher is better. NaN where it failed. */
export type RungScores = readonly number[];

/** A configuration is trained up to a rung. */
export interface SearchStep {
  /** Index of the configuration. */
  readonly configuration: number;
  /** Index of the rung. */
  readonly rung: number;
  /** Set where it may turn out to have been for nothing. */
  readonly isGuess?: true;
}

/** Returns how many configurations reach each rung: the share that is kept, rounded down, but at least one. */
export function countAtRungs(configurationCount: number, { rungs, keep }: SearchRules): number[] {
  const counts: number[] = [];
  for (const _ of rungs) {
    const before = counts.at(-1);
    counts.push(
      before === undefined ? configurationCount : Math.max(1, Math.floor(before * keep + 1e-9)),
    );
  }
  return counts;
}

/** Whether a configuration is among those that a rung compares. */
export type Place = 'in' | 'maybe' | 'out';

/**
 * Returns the steps that may be trained now, the most useful first, for successive halving (Jamieson and Talwalkar 2016) in
 * which nobody waits:
 * 1. a configuration goes on as soon as it is sure of its place among the best of its rung;
 * 2. those that have not begun do so, in their order;
 * 3. with workers still free, the best that are not yet sure go on (as in ASHA, Li et al. 2020). A guess that turns out wrong
 *    changes no outcome: it costs its training, and nothing where there is one worker.
 *
 * @param scores By configuration. Equal scores go by the order of the configurations.
 */
export function listSteps(scores: readonly RungScores[], rules: SearchRules): SearchStep[] {
  const placesByRung = findPlaces(scores, rules);
  const [sure, guesses]: [SearchStep[], SearchStep[]] = [[], []];
  for (const [rung, places] of [...placesByRung.entries()].reverse()) {
    if (rung === 0) continue;
    const ready = rank(scores, rung - 1).filter((one) => scores[one]?.length === rung);
    for (const configuration of ready) {
      if (places[configuration] === 'in') sure.push({ configuration, rung });
      if (places[configuration] === 'maybe') guesses.push({ configuration, rung, isGuess: true });
    }
  }
  const begun = scores.flatMap((own, configuration) =>
    own.length === 0 ? [{ configuration, rung: 0 }] : [],
  );
  return [...sure, ...begun, ...guesses];
}

/** Returns the configurations of the last rung, the best first; nothing before all its places are sure and trained. */
export function rankFinalists(
  scores: readonly RungScores[],
  rules: SearchRules,
): readonly number[] | undefined {
  const last = rules.rungs.length - 1;
  const places = findLastPlaces(scores, rules);
  const isOpen = places.some(
    (place, index) => place === 'maybe' || (place === 'in' && scores[index]?.[last] === undefined),
  );
  return isOpen ? undefined : rank(scores, last).filter((index) => places[index] === 'in');
}

/** Returns which configurations the last rung compares, as far as the scores tell by now: one that is out was left before. */
export function findLastPlaces(
  scores: readonly RungScores[],
  rules: SearchRules,
): readonly Place[] {
  return findPlaces(scores, rules).at(-1) ?? [];
}

/** Returns for each rung which configurations it compares, as far as the scores tell by now. */
function findPlaces(scores: readonly RungScores[], rules: SearchRules): readonly Place[][] {
  const all: Place[][] = [scores.map(() => 'in')];
  for (const [rung, count] of countAtRungs(scores.length, rules).slice(1).entries()) {
    all.push(placeNext(scores, { rung, count, before: all[rung] as Place[] }));
  }
  return all;
}

interface Rung {
  readonly rung: number;
  /** How many go on from it. */
  readonly count: number;
  /** Which configurations it compares. */
  readonly before: readonly Place[];
}

/** Returns which configurations go on from a rung. */
function placeNext(scores: readonly RungScores[], { rung, count, before }: Rung): Place[] {
  const places = before.map((place): Place => (place === 'out' ? 'out' : 'maybe'));
  const open = before.filter(
    (place, index) => place !== 'out' && scores[index]?.[rung] === undefined,
  );
  let [surelyBetter, perhapsBetter] = [0, open.length];
  for (const index of rank(scores, rung)) {
    if (before[index] === 'out') continue;
    const isSure = before[index] === 'in';
    if (surelyBetter >= count) places[index] = 'out';
    else if (isSure && perhapsBetter < count) places[index] = 'in';
    perhapsBetter++;
    if (isSure) surelyBetter++;
  }
  return places;
}

/** Returns the configurations that have a score at a rung, the best first. */
function rank(scores: readonly RungScores[], rung: number): number[] {
  const scored = scores.flatMap((own, index) => (own[rung] === undefined ? [] : [index]));
  return scored.toSorted((a, b) => (isBetter(scores, rung, [a, b]) ? -1 : 1));
}

/** Failures come last; of equals the earlier one is better. */
function isBetter(
  scores: readonly RungScores[],
  rung: number,
  [a, b]: readonly [number, number],
): boolean {
  const [first, second] = [a, b].map((index) => {
    const score = scores[index]?.[rung];
    return score === undefined || Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  }) as [number, number];
  return first === second ? a < b : first > second;
}
