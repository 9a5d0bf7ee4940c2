import { basename } from 'node:path';
import type { Catalogue } from '../catalogue.js';
import { checkAcrossKeys } from './cross-checks.js';
import type { Experiment } from './experiment.js';
import { explainIssue } from './explain-issue.js';
import { createJsonSchema, type JsonSchema } from './json-schema.js';
import { parseJson } from './parse-json.js';
import type { Problem } from './problem.js';
import { createExperimentSchema } from './schema.js';
import { checkShapes } from './shape-check.js';

export type ParsedExperiment =
  | { readonly experiment: Experiment; readonly problems: readonly [] }
  | { readonly experiment?: undefined; readonly problems: readonly Problem[] };

/** Parses the bytes of experiment files. */
export type ExperimentParser = (bytes: Uint8Array, file: string) => ParsedExperiment;

/** Creates a parser for one catalogue: the schemas are made once, the JSON Schema only when a problem needs it. */
export function createExperimentParser(catalogue: Catalogue): ExperimentParser {
  const schema = createExperimentSchema(catalogue);
  let jsonSchema: JsonSchema | undefined;
  return (bytes, file) => {
    const parsed = parseJson(bytes);
    if ('problem' in parsed) return { problems: [parsed.problem] };
    const root = withName(parsed.value, file);
    const checked = schema.safeParse(root);
    if (!checked.success) {
      jsonSchema ??= createJsonSchema(catalogue);
      const context = { root, schema: jsonSchema };
      return { problems: checked.error.issues.flatMap((issue) => explainIssue(issue, context)) };
    }
    const { $schema: _, ...rest } = checked.data;
    // The schema cannot tell which stages and models plug-ins bring: their options stay unknown to the types.
    const experiment = rest as unknown as Experiment;
    const problems = [...checkAcrossKeys(experiment), ...checkShapes(experiment, catalogue)];
    return problems.length > 0 ? { problems } : { experiment, problems: [] };
  };
}

/** Names an experiment after its file where it has no name of its own. */
function withName(value: unknown, file: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || 'name' in value) return value;
  return { ...value, name: basename(file).replace(/\.json$/i, '') };
}
