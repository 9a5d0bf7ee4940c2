import { createHash } from 'node:crypto';
import { requireConsistent } from '../experiment/cross-checks.js';
import type { Experiment } from '../experiment/experiment.js';
import { type Overrides, overrideExperiment } from '../experiment/override.js';

/** One experiment with one seed. */
export interface Trial {
  /** Experiment, seed and a hash of all that is configured: safe as the name of a folder. */
  readonly id: string;
  readonly experiment: Experiment;
  readonly seed: number;
  /** The epochs that the file asks for, before anything was overridden. */
  readonly writtenEpochs: number;
}

/**
 * Returns the trials of experiments, in their order: one a seed.
 * @throws UserError if an override leaves an experiment that cannot be trained.
 */
export function planTrials(experiments: readonly Experiment[], overrides: Overrides = {}): Trial[] {
  const overridden = experiments.map((experiment) => overrideExperiment(experiment, overrides));
  requireConsistent(overridden);
  return experiments.flatMap((written, index) => {
    const experiment = overridden[index] as Experiment;
    const writtenEpochs = written.training.epochs;
    return experiment.seeds.map((seed) => ({
      id: trialId(experiment, seed),
      experiment,
      seed,
      writtenEpochs,
    }));
  });
}

/** Texts about the experiment do not enter the hash, nor do its other seeds. */
function trialId(experiment: Experiment, seed: number): string {
  const { dataset, preprocessing, resampling, model, training } = experiment;
  const configured = { dataset, preprocessing, resampling, model, training, seed };
  const hash = createHash('sha256').update(renderSorted(configured)).digest('hex').slice(0, 8);
  return `${experiment.name}-seed${seed}-${hash}`;
}

/** JSON with sorted keys: the order in which a file names its keys changes nothing. */
function renderSorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
