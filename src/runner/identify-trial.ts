import type { Catalogue } from '../catalogue.js';
import { renderModel, renderPipeline } from '../experiment/pipeline-summary.js';
import type { Provenance, Surroundings, TrialIdentity } from './result.js';
import type { Trial } from './trial.js';

/** What a trial is run with. */
export interface TrialSetting {
  readonly catalogue: Catalogue;
  readonly environment: Surroundings;
  readonly provenance: Provenance;
  readonly dataSha256: Readonly<Record<string, string>>;
}

type Times = Pick<TrialIdentity, 'startedAt' | 'durationSeconds' | 'resumeCount'>;

/** Returns what a result says of its trial however it ended. */
export function identifyTrial(trial: Trial, setting: TrialSetting, times: Times): TrialIdentity {
  const { id, key, experiment, changes, seed, writtenEpochs } = trial;
  const { catalogue, environment, provenance, dataSha256 } = setting;
  const { preprocessing, model } = experiment;
  return {
    id,
    key,
    experiment,
    changes,
    summary: {
      preprocessing: renderPipeline(preprocessing, catalogue),
      model: renderModel(model, catalogue),
    },
    writtenEpochs,
    seed,
    environment: { ...environment, precision: experiment.training.precision },
    provenance,
    dataSha256,
    ...times,
  };
}
