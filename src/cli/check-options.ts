import type { Command } from 'commander';
import type { ThresholdCheck } from '../analysis/gate/gate-result.js';
import type { Results } from '../results/result.js';
import type { Trial } from '../runner/trial.js';
import { exitCodes, UserError } from '../user-error.js';

export interface CheckFlags {
  readonly check?: boolean;
  readonly baseline?: string;
}

/** Checks finished results. @throws UserError (comparisonFailed) if a threshold is not kept. */
export type ResultsCheck = (results: Results) => Promise<void>;

/** Adds `--check` and `--baseline`. */
export function addCheckOptions(command: Command): Command {
  return command
    .option('--check', 'end with code 3 if a threshold of an experiment file is not kept')
    .option('--baseline <results>', 'results that thresholds with "baseline" refer to');
}

/**
 * Makes sure, before anything is trained, that there is something to check and all that it needs.
 * @throws UserError if not.
 */
export async function openCheck(flags: CheckFlags, plan: readonly Trial[]): Promise<ResultsCheck> {
  if (!flags.check) return refuseBaseline(flags);
  const rules = plan.flatMap(({ experiment }) => Object.values(experiment.thresholds ?? {}));
  if (rules.length === 0) {
    throw new UserError('--check found no thresholds in the experiments.', {
      hint: 'write for example "thresholds": {"testAccuracy": ">= 0.68"} into a file.',
    });
  }
  const relative = rules.find((rule) => rule.includes('baseline'));
  if (relative !== undefined && flags.baseline === undefined) {
    throw new UserError(`The threshold "${relative}" needs a baseline.`, {
      hint: 'add --baseline FILE with earlier results.',
    });
  }
  const { readResults } = await import('../results/read-results.js');
  const { baseline: file } = flags;
  const baseline = file === undefined ? {} : { baseline: await readResults(file) };
  return async (results) => {
    requireAll(results, plan);
    const { checkThresholds } = await import('../analysis/gate/check-thresholds.js');
    await report(checkThresholds(results, baseline));
  };
}

function refuseBaseline({ baseline }: CheckFlags): ResultsCheck {
  if (baseline === undefined) return async () => {};
  throw new UserError('--baseline is only read with --check.', { hint: 'add --check.' });
}

/** A mean over the seeds that happen to be there is not the one that the threshold is for. */
function requireAll({ trials }: Results, plan: readonly Trial[]): void {
  const found = new Set(trials.map(({ id }) => id));
  const missing = plan.filter(({ id }) => !found.has(id)).length;
  if (missing === 0) return;
  throw new UserError(`${missing} of ${plan.length} trials have no result to check.`, {
    hint: 'run the same command without --retry-failed.',
    exitCode: exitCodes.comparisonFailed,
  });
}

async function report(checks: readonly ThresholdCheck[]): Promise<void> {
  const { renderThreshold } = await import('../report/gate/cells.js');
  const { toPlainText } = await import('../text/plain-text.js');
  for (const check of checks) {
    process.stderr.write(`${toPlainText(`${check.arm}: ${renderThreshold(check)}`)}\n`);
  }
  const broken = checks.filter(({ passes }) => !passes).length;
  if (broken === 0 && checks.length > 0) return;
  throw new UserError(`${broken} of ${checks.length} thresholds are not kept.`, {
    hint: 'the lines above say which.',
    exitCode: exitCodes.comparisonFailed,
  });
}
