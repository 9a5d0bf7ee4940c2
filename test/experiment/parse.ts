import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { createExperimentChecker } from '../../src/experiment/parse-experiment.js';
import { renderHint } from '../../src/user-error.js';

const { check } = createExperimentChecker(shippedCatalogue());

/** Parses a value as if sample.json held it, on top of the smallest experiment. */
export function parseExperiment(value: object): Experiment {
  const { experiment, problems } = check(complete(value));
  if (!experiment) throw new Error(problems.map(({ message }) => message).join('\n'));
  return experiment;
}

/** Returns the problems of a value as "message" or "message Hint: hint". */
export function problemsOf(value: unknown): string[] {
  const { problems } = check(complete(value));
  return problems.map(({ message, hint }) => (hint ? `${message} ${renderHint(hint)}` : message));
}

/** As JSON holds it. */
function complete(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const whole = isObject ? { name: 'sample', model: { name: 'baseline' }, ...value } : value;
  return JSON.parse(JSON.stringify(whole));
}
