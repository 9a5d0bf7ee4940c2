import { z } from 'zod';

/** A rule, taken apart. */
export interface ThresholdRule {
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly bound:
    | { readonly kind: 'number'; readonly value: number }
    /** `value` times what the baseline has. */
    | { readonly kind: 'ratio'; readonly value: number }
    /** What the baseline has, and `value` more. */
    | { readonly kind: 'offset'; readonly value: number };
}

const operator = '(?<operator><=|>=|<|>)';
const number = String.raw`\d+(?:\.\d+)?(?:e-?\d+)?`;
const relative = `baseline(?: *(?<sign>[+-]) *(?<offset>${number})(?<unit>pp)?)?`;
const rulePattern = new RegExp(
  `^${operator} *(?:(?<plain>${number})|(?<ratio>${number})x baseline|${relative})$`,
);

const examples = '">= 0.68", "<= 1.2x baseline" or ">= baseline - 1pp" (percentage points)';

/**
 * Takes a rule apart.
 * @returns nothing if it is none.
 */
export function parseThreshold(text: string): ThresholdRule | undefined {
  const groups = rulePattern.exec(text)?.groups;
  if (!groups) return undefined;
  return { operator: groups.operator as ThresholdRule['operator'], bound: parseBound(groups) };
}

function parseBound(groups: Readonly<Record<string, string | undefined>>): ThresholdRule['bound'] {
  const { plain, ratio, sign, offset = '0', unit } = groups;
  if (plain !== undefined) return { kind: 'number', value: Number(plain) };
  if (ratio !== undefined) return { kind: 'ratio', value: Number(ratio) };
  const size = Number(offset) / (unit === 'pp' ? 100 : 1);
  return { kind: 'offset', value: sign === '-' ? -size : size };
}

const ruleSchema = z
  .string()
  .max(100)
  .regex(rulePattern, {
    error: `must be a rule such as ${examples}`,
  });

/** The `thresholds` part of an experiment file. */
export const thresholdsSchema = z
  .strictObject({
    testAccuracy: ruleSchema.exactOptional().describe(`Mean over the seeds, 0 to 1: ${examples}.`),
    testLoss: ruleSchema.exactOptional().describe('Mean over the seeds: "<= 1.1".'),
    trainSeconds: ruleSchema
      .exactOptional()
      .describe('Mean over the seeds, of all training steps: "<= 1.2x baseline".'),
    imagesPerSecond: ruleSchema.exactOptional().describe('Mean over the seeds: ">= 2000".'),
    corruptionAccuracy: ruleSchema
      .exactOptional()
      .describe(
        'Mean over corruptions, severities and seeds; needs evaluation.corruptions: ">= 0.7".',
      ),
  })
  .describe('Bounds that "run --check" and "compare" check; what breaks one fails with code 3.');

/** What a threshold may bound; `accuracy` and `loss` of the final weights, seconds and speed of all training steps. */
export type ThresholdMetric = keyof z.output<typeof thresholdsSchema>;

export const thresholdMetrics = thresholdsSchema.keyof().options;
