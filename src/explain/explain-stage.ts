import type { InspectedStage } from '../inspection/inspect-pipeline.js';
import type { ExplainedStage, StageMeasurement } from './explanation.js';

/** Describes a stage by its options, with what was measured of it. */
export function explainStage(
  { index, options, summary, stage, ranges, inputShape, outputShape }: InspectedStage,
  measured?: StageMeasurement,
): ExplainedStage {
  return {
    index,
    options,
    summary,
    when: stage.when,
    ...(stage.formula !== undefined && { formula: stage.formula }),
    ...(stage.expects && { expects: stage.expects }),
    receives: ranges.receives,
    gives: ranges.gives,
    inputShape,
    outputShape,
    ...(measured && { measured }),
  };
}
