import type { Results } from '../results/result.js';
import { renderCountOf } from '../text/quantities.js';

/** Renders what a table or page of results is headed with. */
export function renderTitle({ trials }: Results): string {
  const experiments = new Set(trials.map(({ experiment }) => experiment.name)).size;
  const title = `Test accuracy of ${renderCountOf(experiments, 'experiment')} on CIFAR-10`;
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  if (seeds.length === 0) return title;
  return seeds.length > 1 ? `${title}, ${seeds.length} seeds` : `${title}, seed ${seeds[0]}`;
}
