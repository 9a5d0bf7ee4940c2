import { z } from 'zod';
import { createProblemsError } from '../problem.js';
import { stageSchema } from '../stages/list.js';
import type { Stage } from '../stages/stage.js';
import { type Catalogue, instantiateStage, shippedCatalogue } from './catalogue.js';
import type { StageOptions } from './experiment.js';
import { explainIssues } from './explain-issue.js';
import { resolveReferences, toJsonSchema } from './json-schema.js';
import type { WrittenStage } from './written-experiment.js';

/**
 * Creates a stage from its options as an experiment file writes them, such as `{ name: 'random-flip' }`.
 * @param catalogue Stages that may be named beside those that prep-lab ships, whose options the types know.
 * @throws UserError with all problems of the options.
 */
export function createStage(options: WrittenStage): Stage;
export function createStage(options: StageOptions, catalogue: Catalogue): Stage;
export function createStage(options: StageOptions, catalogue = shippedCatalogue()): Stage {
  return instantiateStage(parseStageOptions(options, catalogue), catalogue);
}

/**
 * Returns a stage's options with all defaults filled in.
 * @throws UserError with all problems of the options.
 */
export function parseStageOptions(options: StageOptions, catalogue: Catalogue): StageOptions {
  const schema = z.strictObject({ stage: stageSchema(catalogue.stages) });
  const root = { stage: options };
  const checked = schema.safeParse(root);
  if (checked.success) return checked.data.stage as StageOptions;
  const context = { root, schema: resolveReferences(toJsonSchema(schema)) };
  throw createProblemsError(explainIssues(checked.error.issues, context));
}
