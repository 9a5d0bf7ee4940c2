import { meanDiagnostic, type TrainedArm } from '../findings/arm.js';

/** Returns an arm's confusion matrix, its counts as means over the seeds; nothing where a trial has none. */
export function meanConfusion(arm: TrainedArm): number[][] | undefined {
  const first = arm.trials[0].diagnostics?.confusion;
  if (!first || arm.trials.some(({ diagnostics }) => !diagnostics)) return undefined;
  return first.map((row, truth) =>
    row.map(
      (_, predicted) =>
        meanDiagnostic(arm, ({ confusion }) => confusion[truth]?.[predicted] ?? 0) ?? 0,
    ),
  );
}
