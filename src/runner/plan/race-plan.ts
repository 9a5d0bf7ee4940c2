import { isDeepStrictEqual } from 'node:util';
import { nameArm } from '../../analysis/comparison/arm.js';
import { findControl } from '../../analysis/comparison/control.js';
import type { Experiment } from '../../experiment/experiment.js';
import type { Race } from '../../experiment/race.js';
import type { Change } from '../../results/result.js';
import { quote } from '../../text/quote.js';
import { UserError } from '../../user-error.js';

/** An experiment as a sweep changed it. */
export interface Member {
  readonly experiment: Experiment;
  readonly changes: readonly Change[];
}

/**
 * Returns the experiments of a run with the seeds that a race may need: those that race and their control get all up to the
 * last look's. Without a race they stay as they are.
 * @param race Of the whole run; without it that of the files counts.
 * @throws UserError if the races differ, or if their control is not among the experiments.
 */
export function planRace(members: readonly Member[], race?: Race): readonly Experiment[] {
  const shared = race ?? findRace(members);
  if (!shared) return members.map(({ experiment }) => experiment);
  const control = findControl(members, shared.against);
  if (control === undefined) throw unknownControl(shared, members);
  const seeds = Array.from({ length: shared.maxSeeds }, (_, seed) => seed);
  return members.map((member) => {
    const { race: own, ...experiment } = member.experiment;
    if (nameArm(member) === control) return { ...experiment, seeds };
    return race || own ? { ...experiment, seeds, race: shared } : member.experiment;
  });
}

function findRace(members: readonly Member[]): Race | undefined {
  const racing = members.filter(({ experiment }) => experiment.race);
  const [first] = racing;
  const other = racing.find(
    ({ experiment }) => !isDeepStrictEqual(experiment.race, first?.experiment.race),
  );
  if (!first || !other) return first?.experiment.race;
  throw new UserError(
    `The experiments of a run must have the same race: that of ${quote(nameArm(other))} differs from that of ${quote(nameArm(first))}.`,
    { hint: 'give --race, which stands for all, or run them apart.' },
  );
}

function unknownControl({ against }: Race, members: readonly Member[]): UserError {
  const names = [...new Set(members.map(nameArm))].map(quote).join(', ');
  return new UserError(
    `A race must be against one of the experiments of its run (${names}), received ${quote(against)}.`,
    { hint: "give the control's file too, or name another one." },
  );
}
