import type { Catalogue } from '../catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import { renderHint } from '../user-error.js';

/** Prints what looks wrong in experiments that can be trained all the same. */
export async function printWarnings(
  experiments: readonly ExperimentFromFile[],
  catalogue: Catalogue,
): Promise<void> {
  const { checkRanges } = await import('../experiment/range-check.js');
  for (const experiment of experiments) {
    for (const { message, hint } of checkRanges(experiment, catalogue)) {
      process.stderr.write(`Warning: ${experiment.file}: ${message}\n`);
      if (hint) process.stderr.write(`${renderHint(hint)}\n`);
    }
  }
}
