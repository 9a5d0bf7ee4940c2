import { listBfloat16Units, renderBfloat16Units } from '../engine/processor.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import type { Problem } from '../problem.js';
import type { Trial } from '../runner/trial.js';
import { exitCodes, renderHint, UserError } from '../user-error.js';
import { renderLine } from '../visible-text.js';

/** Something that looks wrong in an experiment that can be trained all the same. */
export interface Warning extends Problem {
  readonly file: string;
}

/** Prints what looks wrong in experiments to stderr, and returns it; what several of a sweep share, once. */
export async function printWarnings(
  experiments: readonly ExperimentFromFile[],
  catalogue: Catalogue,
): Promise<readonly Warning[]> {
  const { checkRanges } = await import('../experiment/range-check.js');
  const { checkRungSchedule } = await import('../experiment/search/check-search.js');
  const { choosePaint } = await import('../text/paint.js');
  const all = experiments.flatMap((experiment) =>
    [...checkRanges(experiment, catalogue), ...checkRungSchedule(experiment)].map(
      (problem): Warning => ({
        file: experiment.file,
        ...problem,
      }),
    ),
  );
  const warnings = [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
  const label = choosePaint(process.stderr)('warning', 'Warning:');
  for (const { file, message, hint } of warnings) {
    const lines = [
      renderLine(`${file}: ${message}`),
      ...(hint ? [renderLine(renderHint(hint))] : []),
    ];
    process.stderr.write(`${label} ${lines.join('\n')}\n`);
  }
  return warnings;
}

/** Returns what --strict makes of warnings that were printed. */
export function createStrictError(count: number): UserError {
  return new UserError(`There ${count === 1 ? 'is 1 warning' : `are ${count} warnings`}.`, {
    hint: 'each is told above with its fix; without --strict they do not fail.',
    exitCode: exitCodes.comparisonFailed,
  });
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
