import { type Catalogue, instantiateStage } from '../catalogue.js';
import type { ImageShape } from '../stages/stage.js';
import type { TrainingRecipe } from '../training/recipe.js';
import { resolveViews } from '../training/views.js';
import { UserError } from '../user-error.js';
import type { Experiment } from './experiment.js';
import type { Problem } from './problem.js';

/** How images come out of the data set. */
const imageShape: ImageShape = { height: 32, width: 32, channels: 3 };

/** Returns the problem of the first stage that cannot be made or cannot take the images that come to it, or of a view. */
export function checkShapes(
  { preprocessing, training }: Pick<Experiment, 'preprocessing' | 'training'>,
  catalogue: Catalogue,
): Problem[] {
  let shape = imageShape;
  for (const [index, options] of preprocessing.entries()) {
    try {
      shape = instantiateStage(options, catalogue).outputShape?.(shape) ?? shape;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const message = `preprocessing[${index}]: ${error.message}`;
      return [error.hint ? { message, hint: error.hint } : { message }];
    }
  }
  return checkViews(training, shape);
}

/** An image cannot be moved by its whole size: its reflection ends there. */
function checkViews({ testViews }: TrainingRecipe, { height, width }: ImageShape): Problem[] {
  const views = resolveViews(testViews) ?? [];
  const index = views.findIndex(
    ({ translate: [down, right] }) => Math.abs(down) >= height || Math.abs(right) >= width,
  );
  if (index < 0) return [];
  const translate = JSON.stringify(views[index]?.translate);
  return [
    {
      message: `training.testViews: view ${index} must move images of ${height} x ${width} by less than their size, received ${translate}.`,
      hint: 'lower its "translate", or take it out.',
    },
  ];
}
