import { type Catalogue, shippedCatalogue } from '../catalogue.js';
import { requireConsistent } from '../experiment/cross-checks.js';
import type { Experiment } from '../experiment/experiment.js';
import { type Overrides, overrideExperiment } from '../experiment/override.js';
import { hashCode } from './plan/code-hash.js';
import { type Conditions, plainConditions } from './plan/conditions.js';
import { hashTrial } from './plan/trial-key.js';
import type { Change } from './result.js';

/** One experiment with one seed. */
export interface Trial {
  /** Experiment, seed and the start of the key: safe as the name of a folder. */
  readonly id: string;
  /** SHA-256 of all that can change the trial's numbers, in hex. */
  readonly key: string;
  readonly experiment: Experiment;
  readonly seed: number;
  /** The epochs that the file asks for, before anything was overridden. */
  readonly writtenEpochs: number;
  /** What a sweep or `--set` changed, in its order; empty without. */
  readonly changes: readonly Change[];
}

/** What trials are planned for; what is left out is what a run on the CPU takes by default. */
export interface PlanContext {
  readonly catalogue?: Catalogue;
  readonly conditions?: Conditions;
}

/**
 * Returns the trials of experiments, in their order: one a seed.
 * @throws UserError if an override leaves an experiment that cannot be trained.
 */
export function planTrials(
  experiments: readonly Experiment[],
  overrides: Overrides = {},
  { catalogue = shippedCatalogue(), conditions = plainConditions() }: PlanContext = {},
): Trial[] {
  const overridden = experiments.map((experiment) => overrideExperiment(experiment, overrides));
  requireConsistent(overridden);
  const codeSha256 = hashCode();
  return experiments.flatMap((written, index) => {
    const experiment = overridden[index] as Experiment;
    const writtenEpochs = written.training.epochs;
    return experiment.seeds.map((seed) => {
      const key = hashTrial({ experiment, seed, conditions, catalogue, codeSha256 });
      return {
        id: nameTrial(experiment, seed, key),
        key,
        experiment,
        seed,
        writtenEpochs,
        changes: [],
      };
    });
  });
}

/** The name is in the id and not in the key: a renamed experiment gets folders of its own. */
function nameTrial({ name }: Experiment, seed: number, key: string): string {
  return `${name}-seed${seed}-${key.slice(0, 8)}`;
}
