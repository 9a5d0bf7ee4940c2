import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What version 1 needs to have for its trials to be brought into the form of version 2, which is then checked. */
const versionOne = z.object({
  environment: z.unknown().optional(),
  trials: z.array(z.looseObject({ experiment: z.looseObject({}), seed: z.unknown().optional() })),
});

/**
 * Brings results of version 1 into the present form: each trial gets the run's environment, the key that version 1
 * computed for the start of its id, and what was not yet recorded as empty.
 * @returns nothing if it is not of that form.
 */
export function migrateFromVersionOne(value: unknown): unknown {
  const { success, data } = versionOne.safeParse(value);
  if (!success) return undefined;
  const { environment } = data;
  const trials = data.trials.map((trial) => ({
    changes: [],
    environment,
    provenance: { commandLine: [] },
    resumeCount: 0,
    ...trial,
    key: hashAsVersionOne(trial.experiment, trial.seed),
  }));
  return { format: 'prep-lab results', version: 2, trials };
}

/** As version 1 did it: it knew neither the engine nor the code. Must not change any more. */
function hashAsVersionOne(experiment: Readonly<Record<string, unknown>>, seed: unknown): string {
  const { dataset, preprocessing, resampling, model, training } = experiment;
  const configured = { dataset, preprocessing, resampling, model, training, seed };
  const text = JSON.stringify(configured, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return createHash('sha256').update(text).digest('hex');
}
