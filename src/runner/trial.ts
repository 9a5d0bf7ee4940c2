import { createHash } from 'node:crypto';
import { requireConsistent } from '../experiment/cross-checks.js';
import type { Experiment } from '../experiment/experiment.js';
import { type Overrides, overrideExperiment } from '../experiment/override.js';
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
    return experiment.seeds.map((seed) => {
      const key = hashTrial(experiment, seed);
      const id = `${experiment.name}-seed${seed}-${key.slice(0, 8)}`;
      return { id, key, experiment, seed, writtenEpochs, changes: [] };
    });
  });
}

/** Texts about the experiment do not enter the hash, nor do its other seeds. */
function hashTrial(experiment: Experiment, seed: number): string {
  const { dataset, preprocessing, resampling, model, training } = experiment;
  const configured = { dataset, preprocessing, resampling, model, training, seed };
  return createHash('sha256').update(renderSorted(configured)).digest('hex');
}

/** JSON with sorted keys: the order in which a file names its keys changes nothing. */
function renderSorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
