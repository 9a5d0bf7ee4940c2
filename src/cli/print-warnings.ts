import type { Catalogue } from '../catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
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
