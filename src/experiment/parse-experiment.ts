import { basename } from 'node:path';
import type { Problem } from '../problem.js';
import type { Catalogue } from './catalogue.js';
import { checkAcrossKeys, checkShapes } from './cross-checks.js';
import type { Experiment } from './experiment.js';
import { explainIssue } from './explain-issue.js';
import { type ParsedJson, parseJson } from './json.js';
import { createJsonSchema, type JsonSchema, resolveReferences } from './json-schema.js';
import { createExperimentSchema } from './schema.js';
import type { Sweep } from './sweep/sweep-schema.js';

type ParsedExperiment =
  | {
      readonly experiment: Experiment;
      readonly sweep?: Sweep | undefined;
      readonly problems: readonly [];
    }
  | { readonly experiment?: undefined; readonly problems: readonly Problem[] };

/** Parses the bytes of experiment files. */
export type ExperimentParser = (bytes: Uint8Array, file: string) => ParsedExperiment;

/** Creates a parser for one catalogue. */
export function createExperimentParser(catalogue: Catalogue): ExperimentParser {
  const { check } = createExperimentChecker(catalogue);
  return (bytes, file) => {
    const parsed = parseWritten(bytes, file);
    return 'problem' in parsed ? { problems: [parsed.problem] } : check(parsed.value);
  };
}

/** Parses an experiment as it is written, without checking it. */
export function parseWritten(bytes: Uint8Array, file: string): ParsedJson {
  const parsed = parseJson(bytes);
  return 'problem' in parsed ? parsed : { value: withName(parsed.value, file) };
}

/** Checks experiments as they are written and fills in all defaults. */
export interface ExperimentChecker {
  check(written: unknown): ParsedExperiment;
  /** With all references resolved. */
  jsonSchema(): JsonSchema;
}

/** Creates a checker for one catalogue: the schemas are made once, the JSON Schema only when something needs it. */
export function createExperimentChecker(catalogue: Catalogue): ExperimentChecker {
  const schema = createExperimentSchema(catalogue);
  let known: JsonSchema | undefined;
  const jsonSchema = () => {
    known ??= resolveReferences(createJsonSchema(catalogue));
    return known;
  };
  const check = (written: unknown): ParsedExperiment => {
    const checked = schema.safeParse(written);
    if (!checked.success) {
      const context = { root: written, schema: jsonSchema() };
      return { problems: checked.error.issues.flatMap((issue) => explainIssue(issue, context)) };
    }
    const { $schema: _, sweep, ...rest } = checked.data;
    // The schema cannot tell which stages and models plug-ins bring: their options stay unknown to the types.
    const experiment = rest as unknown as Experiment;
    const problems = [...checkAcrossKeys(experiment), ...checkShapes(experiment, catalogue)];
    return problems.length > 0 ? { problems } : { experiment, sweep, problems: [] };
  };
  return { check, jsonSchema };
}

/** Names an experiment after its file where it has no name of its own. */
function withName(value: unknown, file: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || 'name' in value) return value;
  return { ...value, name: basename(file).replace(/\.json$/i, '') };
}
