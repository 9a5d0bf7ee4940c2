import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { createExperimentParser } from '../../src/experiment/parse-experiment.js';
import { renderHint } from '../../src/user-error.js';

const parse = createExperimentParser(shippedCatalogue());

/** Parses a value as if a file held it, on top of the smallest experiment. */
export function parseExperiment(value: object): Experiment {
  const { experiment, problems } = parse(toBytes(value), 'folder/sample.json');
  if (!experiment) throw new Error(problems.map(({ message }) => message).join('\n'));
  return experiment;
}

/** Returns the problems of a value as "message" or "message Hint: hint". */
export function problemsOf(value: unknown): string[] {
  const { problems } = parse(toBytes(value), 'folder/sample.json');
  return problems.map(({ message, hint }) => (hint ? `${message} ${renderHint(hint)}` : message));
}

function toBytes(value: unknown): Uint8Array {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const whole = isObject ? { model: { name: 'baseline' }, ...value } : value;
  return new TextEncoder().encode(JSON.stringify(whole));
}
