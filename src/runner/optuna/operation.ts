import { z } from 'zod';

/** Optuna's states of a trial. */
export const trialStates = { running: 0, complete: 1, pruned: 2, failed: 3 } as const;

/** Optuna's number for a study whose values are better the higher they are. */
export const maximize = 2;

const id = z.int().nonnegative();
const attributes = z.record(z.string(), z.unknown());
/** JSON within JSON. */
const distribution = z.string().transform(parseJson);

/**
 * A line of an Optuna journal, as far as it matters here.
 * Source: optuna 5.0.0, storages/journal/_storage.py.
 */
const operationSchema = z.discriminatedUnion('op_code', [
  z.object({ op_code: z.literal(0), study_name: z.string(), directions: z.array(z.int()) }),
  z.object({ op_code: z.literal(1), study_id: id }),
  z.object({
    op_code: z.literal(4),
    study_id: id,
    state: z.int().default(trialStates.running),
    distributions: z.record(z.string(), distribution).default({}),
    user_attrs: attributes.default({}),
    intermediate_values: attributes.default({}),
  }),
  z.object({
    op_code: z.literal(5),
    trial_id: id,
    param_name: z.string(),
    distribution,
  }),
  z.object({ op_code: z.literal(6), trial_id: id, state: z.int() }),
  z.object({ op_code: z.literal(7), trial_id: id, step: z.int() }),
  z.object({ op_code: z.literal(8), trial_id: id, user_attr: attributes }),
  z.object({ op_code: z.literal([2, 3, 9, 10]) }),
]);

export type Operation = z.output<typeof operationSchema>;

/** Parses a line of a journal; nothing where it is none. */
export function parseOperation(line: string): Operation | undefined {
  return operationSchema.safeParse(parseJson(line) ?? parseJson(withoutNan(line))).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Python writes numbers into JSON that JSON does not have. */
function withoutNan(line: string): string {
  return line.replace(/(?<=[:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, 'null');
}
