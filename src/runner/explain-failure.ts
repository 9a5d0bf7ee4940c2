import { reasonOf } from '../engine/error-reason.js';
import type { FailedTrial } from '../results/result.js';
import { isLackOfMemory } from '../storage/machine-limits.js';
import { exitCodes, UserError } from '../user-error.js';

/** Why a trial failed, and what to do. */
export type Failure = Pick<FailedTrial, 'reason' | 'hint'>;

/** What goes wrong with the machine, the folder or the data would go wrong with the next trial too. */
const endingCodes: readonly number[] = [
  exitCodes.resultsInUse,
  exitCodes.storage,
  exitCodes.engine,
  exitCodes.cannotResume,
  exitCodes.data,
];

/** Whether an error is of one trial alone, so that the others may go on. */
export function isTrialFailure(error: unknown): boolean {
  return !(error instanceof UserError && endingCodes.includes(error.exitCode));
}

/** What TensorFlow says of an op that has no kernel that repeats on a GPU. */
const notRepeatable =
  /\bnot deterministic\b|\bdeterministic GPU implementation\b|\bDeterminism is not\b/i;

/** Says why a trial failed. */
export function explainFailure(error: unknown, batchSize: number): Failure {
  if (error instanceof UserError && !isLackOfMemory(error.message)) {
    return { reason: error.message, ...(error.hint && { hint: error.hint }) };
  }
  const text = error instanceof Error ? error.message : String(error);
  const said = reasonOf(error);
  if (notRepeatable.test(said)) {
    const hint =
      'Set TF_DETERMINISTIC_OPS=0 to take the kernels that a GPU has (docs/repeatability.md).';
    return { reason: said, hint };
  }
  if (!isLackOfMemory(text)) return { reason: said };
  return {
    reason: `Out of memory with batches of ${batchSize} images: ${said}`,
    hint: 'Use a smaller training.batchSize or fewer --jobs.',
  };
}
