import type { Results } from '../results/result.js';
import { renderCount } from '../text/quantities.js';

/** Renders what a table or page of results is headed with. */
export function renderTitle({ trials }: Results): string {
  const experiments = new Set(trials.map(({ experiment }) => experiment.name)).size;
  const noun = experiments === 1 ? 'experiment' : 'experiments';
  const title = `Test accuracy of ${renderCount(experiments)} ${noun} on CIFAR-10`;
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  if (seeds.length === 0) return title;
  return seeds.length > 1 ? `${title}, ${seeds.length} seeds` : `${title}, seed ${seeds[0]}`;
}
