import type { EpochRecord } from '../../training/train.js';
import type { FailedTrial, TrialIdentity, TrialResult } from '../result.js';
import { parseTrialResult } from './parse-results.js';

/**
 * Returns a result that its own reader will take. JSON knows no numbers that are not finite: a trial that has one, such
 * as the loss on the test images, is a failed one that says so.
 */
export function asStorable(result: TrialResult): TrialResult {
  const problem = findProblem(result);
  if (problem === undefined) return result;
  const stored = result.status === 'failed' ? result : asFailed(result, problem);
  const storable = { ...stored, history: untilNotFinite(result.history) };
  const left = findProblem(storable);
  if (left !== undefined) throw new Error(`A result cannot be stored: ${left}`);
  return storable;
}

function findProblem(result: TrialResult): string | undefined {
  return parseTrialResult(JSON.stringify(result)).problems[0]?.message;
}

function asFailed(result: TrialResult, problem: string): FailedTrial {
  return {
    ...identityOf(result),
    status: 'failed',
    reason: `The result is not a finite number: ${problem.replace(/, received null\.$/, '.')}`,
    hint: 'use a smaller training.optimizer.learningRate.',
    history: result.history,
  };
}

function identityOf(result: TrialResult): TrialIdentity {
  const { id, key, experiment, changes, summary, writtenEpochs, seed } = result;
  const { environment, provenance, dataSha256 } = result;
  const { startedAt, durationSeconds, resumeCount } = result;
  return {
    ...{ id, key, experiment, changes, summary, writtenEpochs, seed },
    ...{ environment, provenance, dataSha256 },
    ...{ startedAt, durationSeconds, resumeCount },
  };
}

function untilNotFinite(history: readonly EpochRecord[]): readonly EpochRecord[] {
  const end = history.findIndex((record) => !Object.values(record).every(Number.isFinite));
  return end < 0 ? history : history.slice(0, end);
}
