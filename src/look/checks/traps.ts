import type { Check } from './check.js';

/** What a stage itself says few expect of its options: where libraries give one name two meanings. */
export const traps: Check = {
  name: 'traps',
  severity: 'hint',
  examine({ stages }) {
    return stages.flatMap(({ index, stage, inputShape }) =>
      (stage.traps?.(inputShape) ?? []).map((trap) => ({
        text: `preprocessing[${index}]: ${trap}`,
        numbers: {},
      })),
    );
  },
};
