import { join } from 'node:path';
import { z } from 'zod';
import type { Trial } from '../trial.js';
import { readOwnJson } from './own-json.js';
import { updateFile } from './summary.js';

const fileName = 'plan.json';

const planSchema = z.object({
  format: z.literal('prep-lab plan'),
  version: z.literal(1),
  trials: z.array(
    z.object({
      /** No path: it names a folder. */
      id: z.string().regex(/^[^/\\.][^/\\]*$/),
      experiment: z.string(),
      seed: z.int().nonnegative(),
      epochs: z.number().positive(),
      /** A configuration of a search that goes on: it is not one of the table's. */
      isSearched: z.boolean().exactOptional(),
    }),
  ),
});

/** A trial of a folder's plan, as far as the folder tells it of trials without a result. */
export type FolderTrial = z.output<typeof planSchema>['trials'][number];

/** What a plan file tells of a trial. */
export type PlannedTrial = Pick<Trial, 'id' | 'experiment' | 'seed'>;

/** Writes which trials the folder's summary is of, in its order. @throws UserError (storage) */
export async function writePlan(folder: string, plan: readonly PlannedTrial[]): Promise<void> {
  const trials = plan.map(
    ({ id, experiment, seed }): FolderTrial => ({
      id,
      experiment: experiment.name,
      seed,
      epochs: experiment.training.epochs,
      ...(experiment.search && { isSearched: true }),
    }),
  );
  const lines = trials.map((trial) => `\n    ${JSON.stringify(trial)}`);
  const text = `{\n  "format": "prep-lab plan",\n  "version": 1,\n  "trials": [${lines.join(',')}\n  ]\n}\n`;
  await updateFile(join(folder, fileName), () => [text]);
}

/**
 * Reads the plan of the folder's last run; nothing where it has none, or where the path is no folder.
 * @throws UserError (storage) if the file is damaged.
 */
export async function readPlan(folder: string): Promise<readonly FolderTrial[] | undefined> {
  return (await readOwnJson(join(folder, fileName), planSchema))?.trials;
}
