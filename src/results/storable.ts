import type { EpochRecord } from '../training/train.js';
import { parseTrialResult } from './parse-results.js';
import {
  type FailedTrial,
  type TrialIdentity,
  type TrialResult,
  trialIdentitySchema,
} from './result.js';

/**
 * Returns a result that its own reader will take. JSON knows no numbers that are not finite: a trial that has one, such
 * as the loss on the test images, is a failed one that says so. Its keys are in the reader's order: a summary is the same,
 * byte for byte, whether its trials were just trained or read back.
 */
export function asStorable(result: TrialResult): TrialResult {
  const asRead = readBack(result);
  if (typeof asRead !== 'string') return asRead;
  const stored = result.status === 'failed' ? result : asFailed(result, asRead);
  const storable = readBack({ ...stored, history: untilNotFinite(result.history) });
  if (typeof storable === 'string') throw new Error(`A result cannot be stored: ${storable}`);
  return storable;
}

/** Returns what the reader makes of a result, or why it refuses it. */
function readBack(result: TrialResult): TrialResult | string {
  const { value, problems } = parseTrialResult(JSON.stringify(result));
  if (!value) return problems[0]?.message ?? 'unknown';
  // As the plan has them: a later run shows its own.
  const { experiment, changes } = result;
  return { ...value, experiment, changes };
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
  const entries = Object.entries(result).filter(([key]) => key in trialIdentitySchema.shape);
  return Object.fromEntries(entries) as unknown as TrialIdentity;
}

function untilNotFinite(history: readonly EpochRecord[]): readonly EpochRecord[] {
  const end = history.findIndex((record) => !Object.values(record).every(Number.isFinite));
  return end < 0 ? history : history.slice(0, end);
}
