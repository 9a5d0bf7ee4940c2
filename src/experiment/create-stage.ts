import { z } from 'zod';
import { createProblemsError } from '../problem.js';
import type { Stage } from '../stages/stage.js';
import { type Catalogue, instantiateStage, shippedCatalogue } from './catalogue.js';
import type { StageOptions } from './experiment.js';
import { explainIssues } from './explain-issue.js';
import { toJsonSchema } from './json-schema.js';
import { namedUnion } from './schema.js';

/**
 * Creates a stage from its options as an experiment file writes them, such as `{ name: 'random-flip' }`.
 * @throws UserError with all problems of the options.
 */
export function createStage(
  options: StageOptions,
  catalogue: Catalogue = shippedCatalogue(),
): Stage {
  return instantiateStage(parseStageOptions(options, catalogue), catalogue);
}

/**
 * Returns a stage's options with all defaults filled in.
 * @throws UserError with all problems of the options.
 */
export function parseStageOptions(options: StageOptions, catalogue: Catalogue): StageOptions {
  const schema = z.strictObject({ stage: namedUnion(catalogue.stages) });
  const root = { stage: options };
  const checked = schema.safeParse(root);
  if (checked.success) return checked.data.stage as StageOptions;
  const context = { root, schema: toJsonSchema(schema) };
  throw createProblemsError(explainIssues(checked.error.issues, context));
}
