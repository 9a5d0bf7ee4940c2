import type { Arm } from '../../analysis/comparison/arm.js';
import type { Chosen, DoneTrial } from '../../results/result.js';
import { expectMaximum } from '../../statistics/expected-maximum.js';
import { computeMean, computeStandardDeviation } from '../../statistics/mean.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCount, renderCountOf, renderPercent } from '../../text/quantities.js';

/** Returns what searches chose; empty without. A score is too good by the choice: how much, fresh seeds tell. */
export function noteOnSearch(arms: readonly Arm[]): string {
  const parts = arms.flatMap(({ name, done }) => {
    const chosen = done.find((trial) => trial.chosen)?.chosen;
    return chosen ? [describeChoice(toPlainText(name), chosen, done)] : [];
  });
  if (parts.length === 0) return '';
  return `Search: ${parts.join(' ')} Only trainings with fresh seeds are compared; search.json has the scores of the search.`;
}

function describeChoice(
  name: string,
  { configurations, place, score }: Chosen,
  done: readonly DoneTrial[],
): string {
  const fresh = done.flatMap(
    ({ history, test }) => history[test.epoch - 1]?.validationAccuracy ?? [],
  );
  const which = place === 1 ? 'the best' : `number ${place}`;
  const count = renderCount(configurations);
  const seeds = renderCountOf(fresh.length, 'fresh seed');
  const found = `${name} was ${which} of ${count} configurations of a search, by a validation accuracy of ${renderPercent(score)} with one seed; with ${seeds} that is ${renderPercent(computeMean(fresh))}.`;
  const deviation = computeStandardDeviation(fresh);
  if (deviation === undefined) return found;
  const [luck, spread] = [deviation * expectMaximum(configurations), deviation].map((rate) =>
    (100 * rate).toFixed(1),
  );
  return `${found} Of ${count} equal ones the best lies ${luck} points above their mean by luck alone (seeds spread by ${spread}).`;
}
