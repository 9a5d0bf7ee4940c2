import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../problem.js';
import type { ValueRange } from '../stages/stage.js';
import { renderRange } from '../text/quantities.js';
import { type Catalogue, findStage, instantiateStage } from './catalogue.js';
import type { Experiment, StageOptions } from './experiment.js';
import { omitDefaults } from './pipeline-summary.js';

/** How images come out of the data set. */
export const pixelRange: ValueRange = [0, 255];

/** Ends that lie apart by less than this share of the expected width still fit: a contrast may leave 0..240. */
const toleratedShare = 0.25;

/** A stage that was met with other values than it is made for. */
export interface Mismatch {
  readonly index: number;
  readonly options: StageOptions;
  readonly expects: ValueRange;
  readonly receives: ValueRange;
  /** The same stage made for what it receives, as one would write it; missing where no option says what it expects. */
  readonly mended: StageOptions | undefined;
}

/** Returns a warning for each stage that is made for other values than it receives, with the edit that mends it. */
export function checkRanges(
  experiment: Pick<Experiment, 'preprocessing'>,
  catalogue: Catalogue,
): Problem[] {
  return findMismatches(experiment, catalogue).map(renderMismatch);
}

/**
 * Returns each stage that is made for other values than it receives.
 * After such a stage the walk goes on as if it had been mended, so that mending one brings up no further warning.
 */
export function findMismatches(
  { preprocessing }: Pick<Experiment, 'preprocessing'>,
  catalogue: Catalogue,
): Mismatch[] {
  const mismatches: Mismatch[] = [];
  let receives = pixelRange;
  for (const [index, options] of preprocessing.entries()) {
    const stage = instantiateStage(options, catalogue);
    const { expects } = stage;
    if (!expects || fits(receives, expects)) {
      receives = stage.gives(receives);
      continue;
    }
    const whole = mend(options, { expects, receives });
    const mended = whole && omitDefaults(whole, findStage(catalogue, options).options);
    mismatches.push({ index, options, expects, receives, mended });
    receives = (whole ? instantiateStage(whole, catalogue) : stage).gives(receives);
  }
  return mismatches;
}

function fits(receives: ValueRange, expects: ValueRange): boolean {
  const tolerated = toleratedShare * (expects[1] - expects[0]);
  return expects.every((end, side) => Math.abs(end - (receives[side] ?? end)) <= tolerated);
}

/** Puts the received range into the option that holds the expected one, whatever its name is. */
function mend(
  options: StageOptions,
  { expects, receives }: Pick<Mismatch, 'expects' | 'receives'>,
): StageOptions | undefined {
  const key = Object.keys(options).find((name) => isDeepStrictEqual(options[name], [...expects]));
  const isKnown = receives.every(Number.isFinite) && receives[0] < receives[1];
  if (key === undefined || !isKnown) return undefined;
  return { ...options, [key]: receives.map((end) => Number(end.toPrecision(3))) };
}

/** Renders a mismatch as a warning and the edit that mends it. */
export function renderMismatch(mismatch: Mismatch): Problem {
  const { index, options, expects, receives, mended } = mismatch;
  const hint = mended
    ? `write ${JSON.stringify(mended)}.`
    : `put the stage where the values are ${renderValues(expects)}.`;
  return {
    message: `preprocessing[${index}]: "${options.name}" is made for values ${renderValues(expects)}, received values ${renderValues(receives)}.`,
    hint,
  };
}

function renderValues(range: ValueRange): string {
  return range.every(Number.isFinite) ? `from ${renderRange(range)}` : 'that only training shows';
}
