import { exitCodes, UserError } from '../user-error.js';
import type { Learner } from './learner.js';
import type { Metrics } from './running-sums.js';

/**
 * Reads loss and accuracy of the epoch so far.
 * @param epoch counted from 0.
 * @throws UserError (a failed trial) naming the step if the loss is no longer finite.
 */
export function readFiniteMetrics({ sums, program }: Learner, epoch: number): Metrics {
  const metrics = sums.read(program);
  if (Number.isFinite(metrics.loss)) return metrics;
  const step = sums.countFinite(program) + 1;
  throw diverged(`The training loss became ${metrics.loss} in step ${step} of epoch ${epoch + 1}.`);
}

/**
 * Makes sure that a training can go on from what it holds: a loss may be finite when weights no longer are.
 * @param epoch counted from 0.
 * @throws UserError (a failed trial)
 */
export function requireFiniteState({ finiteCheck, program }: Learner, epoch: number): void {
  const name = finiteCheck.findNonFinite(program);
  if (name === undefined) return;
  const what = name.startsWith('weight') ? 'The weights' : "The optimizer's averages";
  throw diverged(`${what} were no longer finite in epoch ${epoch + 1} (${name}).`);
}

function diverged(message: string): UserError {
  return new UserError(message, {
    hint: 'Lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).',
    exitCode: exitCodes.trialFailed,
  });
}
