import { factsOf } from '../../datasets/facts.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import type { ExperimentFromFile } from '../../experiment/read-experiment.js';
import { selectTrialData } from '../../runner/prepare-trial.js';
import { createPipeline } from '../../stages/pipeline.js';
import { examine } from '../checks/list.js';
import { type InspectedStage, inspectStages } from '../inspection/inspect-pipeline.js';
import { type MeasuredPipeline, measurePipeline } from '../inspection/measure-pipeline.js';
import type { Laboratory } from '../inspection/open-laboratory.js';
import { explainRecipe } from './explain-recipe.js';
import type { ExplainedStage, Explanation, StageMeasurement } from './explanation.js';
import { measureStageCost } from './measure-stage-cost.js';
import { measureTraining } from './measure-training.js';
import { createModel, explainModel } from './model-layers.js';

/** Describes a stage by its options, with what was measured of it. */
function explainStage(
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

/** Explains an experiment with all that can be measured in some seconds. The engine must run. */
export async function explainMeasured(
  experiment: ExperimentFromFile,
  catalogue: Catalogue,
  { engine, readData }: Laboratory,
): Promise<Explanation> {
  const data = await readData(experiment.dataset);
  const stages = inspectStages(experiment, catalogue);
  const { train } = selectTrialData(experiment, data);
  const measured = measurePipeline(experiment, stages, train);
  const { fitted } = measured;
  const { resampling } = experiment;
  const pipeline = createPipeline(
    stages.map(({ stage }) => stage),
    { inputShape: factsOf(experiment.dataset).shape, resampling },
  );
  const images = pipeline.trainingImages(train, fitted);
  const create = () => createModel(experiment, { images, catalogue });
  const model = create();
  const explained = explainModel(model, experiment, catalogue);
  const recipe = explainRecipe(experiment.training, { model, imageCount: train.count });
  model.dispose();
  const { multiplyAdds } = explained;
  const { batchSize } = experiment.training;
  return {
    file: experiment.file,
    name: experiment.name,
    stages: stages.map((stage) => {
      const cost = measureStageCost(stage, fitted[stage.index] ?? {}, batchSize);
      return explainStage(stage, selectMeasurement(measured, stage.index, cost));
    }),
    model: explained,
    recipe,
    time: await measureTraining({
      experiment,
      stages,
      fitted,
      createModel: create,
      multiplyAdds,
      data,
      engine,
    }),
    advice: examine({ experiment, catalogue, stages, measured }),
  };
}

function selectMeasurement(
  { imageCount, fitted, stages }: MeasuredPipeline,
  index: number,
  microsecondsPerImage: number,
): StageMeasurement | undefined {
  const stage = stages[index];
  if (!stage) return undefined;
  const { draws, maps, training, saturatedShare, constantShare } = stage;
  const [first, last] = [maps.at(0), maps.at(-1)];
  return {
    imageCount,
    fitted: fitted[index] ?? {},
    draws,
    extremeMaps: first && last ? [first, last] : [],
    values: training,
    saturatedShare,
    constantShare,
    microsecondsPerImage,
  };
}
