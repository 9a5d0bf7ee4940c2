import { nameArm } from '../../analysis/comparison/arm.js';
import { findControl, previousArm } from '../../analysis/comparison/control.js';
import type { Experiment } from '../../experiment/experiment.js';
import { quote } from '../../text/quote.js';
import { UserError } from '../../user-error.js';
import type { Member } from './race-plan.js';

/**
 * Returns the experiments of a run with its searches: what they are compared with gets their fresh seeds. That is the run's
 * control or, where it has none, the experiment of the search as it is written.
 * @param asked The control's name, where it is not a role in a file.
 * @throws UserError if several searches have no control, or if something races too.
 */
export function planSearches<Planned extends Member>(
  members: readonly Planned[],
  asked?: string,
): readonly Planned[] {
  const searching = members.filter(({ experiment }) => experiment.search);
  if (searching.length === 0) return members;
  requireNoRace(members);
  const names = new Set(searching.map(({ experiment }) => experiment.name));
  const isWritten = ({ experiment }: Member) => !experiment.search && names.has(experiment.name);
  const control = findControl(
    members.filter((member) => !member.experiment.search && !isWritten(member)),
    asked,
  );
  const isGiven = control !== undefined && control !== previousArm;
  if (!isGiven && asked === undefined && names.size > 1) throw needsControl(names);
  const role = asked === undefined ? ({ role: 'control' } as const) : {};
  const fresh = searching.flatMap(({ experiment }) => listFreshSeeds(experiment));
  return members.flatMap((member): Planned[] => {
    const { experiment } = member;
    const seeds = [...new Set([...experiment.seeds, ...fresh])].sort((a, b) => a - b);
    if (isGiven && nameArm(member) === control) return [withKeys(member, { seeds })];
    if (!isWritten(member)) return [member];
    const own = searching.find((one) => one.experiment.name === experiment.name);
    return isGiven ? [] : [withKeys(member, { ...role, seeds: listFreshSeeds(own?.experiment) })];
  });
}

function withKeys<Planned extends Member>(member: Planned, keys: Partial<Experiment>): Planned {
  return { ...member, experiment: { ...member.experiment, ...keys } };
}

/** Returns the seeds with which a search's best is trained again: the first that the search has not used. */
export function listFreshSeeds(experiment: Experiment | undefined): readonly number[] {
  const { search, seeds: used = [] } = experiment ?? {};
  const all = Array.from({ length: (search?.confirm.seeds ?? 0) + used.length }, (_, seed) => seed);
  return all.filter((seed) => !used.includes(seed)).slice(0, search?.confirm.seeds);
}

function requireNoRace(members: readonly Member[]): void {
  const racing = members.find(({ experiment }) => experiment.race);
  if (!racing) return;
  throw new UserError(
    `A run has a race or a search: ${quote(nameArm(racing))} races, and another experiment searches.`,
    { hint: 'run the search first, and let what it finds race in another run.' },
  );
}

function needsControl(names: ReadonlySet<string>): UserError {
  return new UserError(
    `Several searches (${[...names].map(quote).join(', ')}) must have one control to be compared with.`,
    {
      hint: 'add an experiment with "role": "control", name one with --control, or run them apart.',
    },
  );
}
