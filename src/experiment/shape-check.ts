import { type Catalogue, instantiateStage } from '../catalogue.js';
import type { ImageShape } from '../stages/stage.js';
import { UserError } from '../user-error.js';
import type { Experiment } from './experiment.js';
import type { Problem } from './problem.js';

/** How images come out of the data set. */
const imageShape: ImageShape = { height: 32, width: 32, channels: 3 };

/** Returns the problem of the first stage that cannot be made or cannot take the images that come to it. */
export function checkShapes(
  { preprocessing }: Pick<Experiment, 'preprocessing'>,
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
  return [];
}
