import type { Catalogue } from '../catalogue.js';
import { examine } from '../checks/list.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import { inspectStages } from '../inspection/inspect-pipeline.js';
import { explainStage } from './explain-stage.js';
import type { Explanation } from './explanation.js';

/** Explains an experiment by its options alone: no image is read and no tensor made. */
export function explainOptions(experiment: ExperimentFromFile, catalogue: Catalogue): Explanation {
  const stages = inspectStages(experiment, catalogue);
  return {
    file: experiment.file,
    name: experiment.name,
    stages: stages.map((stage) => explainStage(stage)),
    advice: examine({ experiment, catalogue, stages }),
  };
}
