import { factsOf } from '../datasets/facts.js';
import type { Results } from '../results/result.js';
import { renderCountOf, renderNames } from '../text/quantities.js';

/** Renders what trials were trained on: " on CIFAR-10", " on CIFAR-10 and photos"; empty without trials. */
export function renderOnData(trials: Results['trials']): string {
  const titles = new Set(trials.map(({ experiment }) => factsOf(experiment.dataset).title));
  return titles.size === 0 ? '' : ` on ${renderNames([...titles])}`;
}

/** Renders what a table or page of results is headed with. */
export function renderTitle({ trials }: Results): string {
  const experiments = new Set(trials.map(({ experiment }) => experiment.name)).size;
  const title = `Test accuracy of ${renderCountOf(experiments, 'experiment')}${renderOnData(trials)}`;
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  if (seeds.length === 0) return title;
  return seeds.length > 1 ? `${title}, ${seeds.length} seeds` : `${title}, seed ${seeds[0]}`;
}
