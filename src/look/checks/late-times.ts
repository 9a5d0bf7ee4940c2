import { renderCountOf, renderNumber } from '../../text/quantities.js';
import type { TrainingRecipe } from '../../training/recipe.js';
import { type Schedule, timesOf } from '../../training/schedule.js';
import type { Check } from './check.js';

/** Times of a recipe, in epochs, that the training does not come to. */
export const lateTimes: Check = {
  name: 'late-times',
  severity: 'warning',
  examine({ experiment: { training } }) {
    const { epochs } = training;
    return listTimes(training)
      .filter(({ at, isEnd }) => at > epochs || (at === epochs && !isEnd))
      .map(({ path, at }) => ({
        text: `${path} means epoch ${renderNumber(at)}, but the training ends after ${renderCountOf(epochs, 'epoch')}.`,
        numbers: { epochs: at, trainingEpochs: epochs },
      }));
  },
};

interface RecipeTime {
  readonly path: string;
  /** Epochs from the training's beginning on, a warm-up counted. */
  readonly at: number;
  /** Whether something ends there, which may be with the training. */
  readonly isEnd: boolean;
}

function listTimes({ schedule, groups = [] }: TrainingRecipe): RecipeTime[] {
  return [
    ...(schedule ? listScheduleTimes('training.schedule', schedule) : []),
    ...groups.flatMap(({ untilEpoch: at, schedule: own }, index) => {
      const path = `training.groups[${index}]`;
      const until = at === undefined ? [] : [{ path: `${path}.untilEpoch`, at, isEnd: true }];
      return [...until, ...(own ? listScheduleTimes(`${path}.schedule`, own) : [])];
    }),
  ];
}

function listScheduleTimes(path: string, schedule: Schedule): RecipeTime[] {
  const { warmUp, epochs, everyEpochs, atEpochs = [] } = timesOf(schedule);
  const start = warmUp?.epochs ?? 0;
  const time = (key: string, after: number | undefined, isEnd = false): RecipeTime[] =>
    after === undefined ? [] : [{ path: `${path}.${key}`, at: start + after, isEnd }];
  return [
    ...(warmUp ? time('warmUp', 0) : []),
    ...time('epochs', epochs, true),
    ...time('everyEpochs', everyEpochs),
    ...atEpochs.flatMap((at, index) => time(`atEpochs[${index}]`, at)),
  ];
}
