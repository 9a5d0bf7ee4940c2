import type { z } from 'zod';
import { explainIssues } from '../experiment/explain-issue.js';
import { findJsonFault } from '../experiment/json.js';
import type { Problem } from '../problem.js';
import { quote } from '../text/quote.js';
import { findContradictions } from './contradictions.js';
import { migrateFromVersionOne } from './migrate-results.js';
import type { Results, TrialResult } from './result.js';
import { resultsSchema, trialResultSchema } from './result.js';

export type Parsed<Value> =
  | { readonly value: Value; readonly problems: readonly [] }
  | { readonly value?: undefined; readonly problems: readonly Problem[] };

const newestVersion = 2;

/** Parses the text of a `results.json` of any version. */
export function parseResults(text: string): Parsed<Results> {
  const parsed = parseObject(text);
  if ('problems' in parsed) return parsed;
  const { object } = parsed;
  const { format, version } = object;
  if (format !== 'prep-lab results') {
    return problem(
      'these are no results of prep-lab.',
      'name a results folder or its results.json.',
    );
  }
  if (typeof version === 'number' && version > newestVersion) {
    return problem(
      `it was made by a newer prep-lab (version ${version} of the format; this one reads up to ${newestVersion}).`,
      'update prep-lab.',
    );
  }
  if (version === newestVersion) return checkResults(object);
  const migrated = version === 1 ? migrateFromVersionOne(object) : undefined;
  if (migrated !== undefined) return checkResults(migrated);
  const what = version === 1 ? 'trials must be an array of objects' : 'version must be 1 or 2';
  return problem(`${what}, received ${quote(version === 1 ? object.trials : version)}.`);
}

/** Parses the text of a `trial.json`. */
export function parseTrialResult(text: string): Parsed<TrialResult> {
  const parsed = parseObject(text);
  return 'problems' in parsed ? parsed : check(trialResultSchema, parsed.object);
}

/** Checks the form, and then whether the numbers of each trial agree with each other. */
function checkResults(value: unknown): Parsed<Results> {
  const checked = check(resultsSchema, value);
  const problems = (checked.value?.trials ?? []).flatMap((trial, index) =>
    findContradictions(trial, `trials[${index}]`),
  );
  return problems.length > 0 ? { problems } : checked;
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Parsed<z.infer<Schema>> {
  const { data, error } = schema.safeParse(value);
  if (!error) return { value: data, problems: [] };
  const context = { root: value, schema: {} };
  return { problems: explainIssues(error.issues, context) };
}

function parseObject(
  text: string,
): { readonly object: Readonly<Record<string, unknown>> } | { readonly problems: [Problem] } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { object: { ...value } };
    return problem(`it must be an object, received ${quote(value)}.`);
  } catch {
    return problem(explainFault(text), 'it was cut off or altered; restore it, or run again.');
  }
}

/** What is left of `true`, a number or an escape where a text was cut off; or nothing. */
const beginningOfValue =
  /^\s*(?:t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?|-|[\d.]+[eE]?[+-]?|\\(?:u\w{0,3})?)?\s*$/;

/** JSON.parse's own words change with Node's version. */
function explainFault(text: string): string {
  if (text.trim() === '') return 'the file is empty.';
  const fault = findJsonFault(text);
  if (!fault) return 'it is no JSON.';
  const rest = text.length - fault.offset;
  if (rest < 10 && beginningOfValue.test(text.slice(fault.offset))) {
    return 'it is no complete JSON: the file ends too early.';
  }
  const line = text.slice(0, fault.offset).split('\n').length;
  return `it is no JSON: line ${line}: ${fault.message}.`;
}

function problem(message: string, hint?: string): { readonly problems: [Problem] } {
  return { problems: [{ message, ...(hint && { hint }) }] };
}
