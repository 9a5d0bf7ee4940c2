import { listBfloat16Units, renderBfloat16Units } from '../engine/processor.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import type { Trial } from '../runner/trial.js';
import { renderHint } from '../user-error.js';
import { renderLine } from '../visible-text.js';

/** Prints what looks wrong in experiments that can be trained all the same; what several of a sweep share, once. */
export async function printWarnings(
  experiments: readonly ExperimentFromFile[],
  catalogue: Catalogue,
): Promise<void> {
  const { checkRanges } = await import('../experiment/range-check.js');
  const warnings = experiments.flatMap((experiment) =>
    checkRanges(experiment, catalogue).map(({ message, hint }) => {
      const lines = [
        `Warning: ${experiment.file}: ${message}`,
        ...(hint ? [renderHint(hint)] : []),
      ];
      return lines.map((line) => `${renderLine(line)}\n`).join('');
    }),
  );
  for (const warning of new Set(warnings)) process.stderr.write(warning);
}

/** Warns of trials in bfloat16 on a processor that is not made for it; nothing where there is none, or none such. */
export function renderPrecisionWarning(
  trials: readonly Trial[],
  units: readonly string[] = listBfloat16Units(),
): string {
  const mixed = trials.filter(({ experiment }) => experiment.training.precision !== 'float32');
  if (mixed.length === 0 || units.length > 0) return '';
  const noun = mixed.length === 1 ? 'trial computes' : 'trials compute';
  const hint =
    '"--precision float32" is likely to be faster here; "prep-lab explain" measures both.';
  return `Warning: ${mixed.length} ${noun} in mixed-bfloat16, and this processor has ${renderBfloat16Units(units)}.\n${renderHint(hint)}\n`;
}
