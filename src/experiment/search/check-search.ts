import type { Problem } from '../../problem.js';
import type { Schedule } from '../../training/schedule.js';
import type { Experiment } from '../experiment.js';

/** Returns the problems of a search that no single key shows: keys of its experiment that contradict it. */
export function checkSearch({ search, training, seeds, race, role }: Experiment): Problem[] {
  if (!search) return [];
  const problems: Problem[] = [];
  if (typeof training.validation === 'string') {
    problems.push({
      message: `search needs training images that are kept back: training.validation must be {"split": ...}, received "${training.validation}".`,
      hint: 'write "validation": {"split": 5000}: what is chosen on the test images looks better on them than it is.',
    });
  }
  if (seeds.length > 1) {
    problems.push({
      message: `search trains each configuration once: seeds must be one seed, received ${seeds.length}.`,
      hint: 'search.confirm.seeds says with how many fresh ones the best is trained again.',
    });
  }
  if (race) {
    problems.push({
      message: 'race must not stand beside search.',
      hint: 'write the configuration that the search finds into a file of its own, and let that race.',
    });
  }
  if (role === 'control') {
    problems.push({
      message: 'role must not be "control" beside search.',
      hint: 'take it out: a search without another control is compared with its experiment as it is written.',
    });
  }
  return problems;
}

/**
 * Returns a warning where rungs compare trainings whose learning rate is still on its way down: the order there is not that
 * at the end.
 */
export function checkRungSchedule({
  search,
  training: { schedule, groups = [] },
}: Pick<Experiment, 'search' | 'training'>): Problem[] {
  if (!search || search.rungs.length === 1) return [];
  const found = [schedule, ...groups.map((group) => group.schedule)].find(
    (one) => one && followsLength(one),
  );
  if (!found) return [];
  return [
    {
      message: `search: the schedule "${found.name}" follows the length of the whole training, so the first rungs compare configurations while their learning rate is still high, and not as they end.`,
      hint: 'use a schedule that does not ("constant", "step", or none), or "rungs": [1], which trains each configuration to its end.',
    },
  ];
}

/** Whether a schedule ends with the training, however long that is. */
function followsLength(schedule: Schedule): boolean {
  const { name } = schedule;
  if (name === 'cosine' || name === 'polynomial') return schedule.epochs === undefined;
  return name === 'piecewise-linear' || name === 'one-cycle';
}
