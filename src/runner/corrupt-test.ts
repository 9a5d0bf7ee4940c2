import type { CorruptionSelection } from '../corruptions/selection.js';
import type { Dataset } from '../datasets/dataset.js';
import type { DatasetOptions } from '../datasets/dataset-options.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { CorruptionResult } from '../results/corruption-accuracy.js';
import type { DoneTrial, Surroundings } from '../results/result.js';
import { type JudgedSets, judgeCorruptions } from './judge-corruptions.js';
import { type KeptWeights, putWeights, requireSameAccuracy } from './kept-weights.js';
import { prepareTrial, selectTrialData } from './prepare-trial.js';

export interface CorruptTestOptions {
  readonly catalogue: Catalogue;
  readData(dataset: DatasetOptions): Promise<Dataset>;
  readonly environment: Pick<Surroundings, 'execution' | 'threads'>;
  readonly selection: CorruptionSelection;
  onSet?(judged: JudgedSets): void;
}

/**
 * Judges a trial's kept weights on corrupted test images.
 * @throws UserError (data, storage), and (cannot resume) if the weights do not give the stored test accuracy.
 */
export async function corruptTest(
  trial: DoneTrial,
  weights: KeptWeights,
  options: CorruptTestOptions,
): Promise<CorruptionResult> {
  const { environment, selection, onSet } = options;
  const data = selectTrialData(trial.experiment, await options.readData(trial.experiment.dataset));
  const { execution, threads } = environment;
  const prepared = prepareTrial(trial, data, { ...options, execution, measuresGradient: false });
  const { learner, imageShape } = prepared;
  try {
    putWeights(learner, weights);
    const { test, testViews } = learner.evaluations;
    const accuracy = (testViews ?? test)?.run(learner.program).accuracy ?? Number.NaN;
    requireSameAccuracy(trial, accuracy);
    const judged = await judgeCorruptions(selection, {
      learner,
      recipe: trial.experiment.training,
      imageShape,
      execution,
      threads,
      test: data.test,
      ...(onSet && { onSet }),
    });
    if (!judged) throw new Error('Nobody told it to stop.');
    return judged;
  } finally {
    learner.dispose();
  }
}
