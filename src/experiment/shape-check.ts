import { type Catalogue, instantiateModel, instantiateStage } from '../catalogue.js';
import { classCount } from '../cifar10/labelled-images.js';
import type { ImageShape } from '../stages/stage.js';
import type { TrainingRecipe } from '../training/recipe.js';
import { resolveViews } from '../training/views.js';
import { UserError } from '../user-error.js';
import type { Experiment } from './experiment.js';
import type { Problem } from './problem.js';

/** How images come out of the data set. */
const imageShape: ImageShape = { height: 32, width: 32, channels: 3 };

/**
 * Returns the problem of the first stage that cannot be made or cannot take the images that come to it, of the model that
 * cannot be built for what the stages give, or of a view.
 */
export function checkShapes(
  { preprocessing, model, training }: Pick<Experiment, 'preprocessing' | 'model' | 'training'>,
  catalogue: Catalogue,
): Problem[] {
  let image = imageShape;
  for (const [index, options] of preprocessing.entries()) {
    const problem = findProblem(`preprocessing[${index}]: `, () => {
      image = instantiateStage(options, catalogue).outputShape?.(image) ?? image;
    });
    if (problem) return [problem];
  }
  const problem = findProblem('', () =>
    instantiateModel(model, catalogue).check({ image, classCount }),
  );
  return problem ? [problem] : checkViews(training, image);
}

/** @param start stands before what the error says. */
function findProblem(start: string, run: () => void): Problem | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `${start}${error.message}`;
    return error.hint ? { message, hint: error.hint } : { message };
  }
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
