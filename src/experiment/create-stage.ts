import { z } from 'zod';
import { type Catalogue, instantiateStage, shippedCatalogue } from '../catalogue.js';
import type { Stage } from '../stages/stage.js';
import type { StageOptions } from './experiment.js';
import { explainIssue } from './explain-issue.js';
import { toJsonSchema } from './json-schema.js';
import { createProblemsError } from './problem.js';
import { namedUnion } from './schema.js';

/**
 * Creates a stage from its options as an experiment file writes them, such as `{ name: 'random-flip' }`.
 * @throws UserError with all problems of the options.
 */
export function createStage(
  options: StageOptions,
  catalogue: Catalogue = shippedCatalogue(),
): Stage {
  const schema = z.strictObject({ stage: namedUnion(catalogue.stages) });
  const root = { stage: options };
  const checked = schema.safeParse(root);
  if (checked.success) return instantiateStage(checked.data.stage as StageOptions, catalogue);
  const context = { root, schema: toJsonSchema(schema) };
  throw createProblemsError(checked.error.issues.flatMap((issue) => explainIssue(issue, context)));
}
