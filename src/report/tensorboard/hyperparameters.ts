import type { TrialResult } from '../../runner/result.js';
import { toPlainText } from '../plain-text.js';

export type Hyperparameter = string | number | boolean;

/**
 * Returns what a trial was configured with, flat: `training.optimizer.learningRate`. The seed is left out: it tells the
 * runs of one group apart, it is no choice.
 */
export function flattenHyperparameters(trial: TrialResult): Record<string, Hyperparameter> {
  const { experiment, summary } = trial;
  const { dataset, model, training, resampling } = experiment;
  const { name: _, ...modelOptions } = model;
  const flat: Record<string, Hyperparameter> = {
    experiment: toPlainText(experiment.name),
    preprocessing: toPlainText(summary.preprocessing),
    model: toPlainText(summary.model),
    resampling,
  };
  addFlat(flat, 'dataset', dataset);
  addFlat(flat, 'model', modelOptions);
  addFlat(flat, 'training', training);
  for (const { path, value } of trial.changes) addFlat(flat, path, value);
  return flat;
}

function addFlat(flat: Record<string, Hyperparameter>, path: string, value: unknown): void {
  if (typeof value === 'string') flat[toPlainText(path)] = toPlainText(value);
  else if (typeof value === 'number' || typeof value === 'boolean') flat[toPlainText(path)] = value;
  else if (Array.isArray(value)) flat[toPlainText(path)] = toPlainText(JSON.stringify(value));
  else if (value !== null && value !== undefined) {
    for (const [key, inner] of Object.entries(value)) addFlat(flat, `${path}.${key}`, inner);
  }
}
