import { findStage } from '../../experiment/catalogue.js';
import type { StageOptions } from '../../experiment/experiment.js';
import { omitDefaults } from '../../experiment/pipeline-summary.js';
import type { CheckContext, Fix } from './check.js';

/** Returns the experiment's stages as one would write them, without what is left at its default. */
export function writtenStages({ experiment, catalogue }: CheckContext): StageOptions[] {
  return experiment.preprocessing.map((options) =>
    omitDefaults(options, findStage(catalogue, options).options),
  );
}

/** The edit that takes a stage out. */
export function removeStage(context: CheckContext, index: number): Fix {
  return { path: 'preprocessing', value: writtenStages(context).toSpliced(index, 1) };
}

/** The edit that writes a stage anew. */
export function replaceStage(index: number, value: StageOptions): Fix {
  return { path: `preprocessing[${index}]`, value };
}
