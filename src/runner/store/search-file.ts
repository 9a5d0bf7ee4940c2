import { join } from 'node:path';
import { z } from 'zod';
import { readOwnJson } from './own-json.js';
import { updateFile } from './summary.js';

const fileName = 'search.json';

const configuration = z.object({
  id: z.string().describe("The name of the trial's folder."),
  changes: z.array(z.object({ path: z.string(), value: z.unknown() })),
  epochs: z.array(z.int().positive()).describe('After which its rungs are.'),
  validationAccuracies: z
    .array(z.number())
    .describe(
      'At the rungs that it has reached: scores of the search, the best of them by luck too.',
    ),
  state: z
    .enum(['waiting', 'begun', 'left', 'done', 'failed'])
    .describe(
      'begun: also while it waits for others; left: others of its rung were better; failed: at the next rung, so it comes last.',
    ),
});

const searchFileSchema = z.object({
  format: z.literal('prep-lab search'),
  version: z.literal(1),
  searches: z.array(
    z.object({
      experiment: z.string(),
      seed: z.int().nonnegative(),
      rungs: z.array(z.number()),
      counts: z.array(z.int().positive()).describe('How many configurations each rung compares.'),
      configurations: z.array(configuration).describe('In the order in which they begin.'),
      ranking: z
        .array(z.string())
        .nullable()
        .describe('Ids of those of the last rung, the best first; null while the search goes on.'),
    }),
  ),
});

/** What a folder's searches have found so far; nothing is read back to decide on. */
export type SearchRecord = z.output<typeof searchFileSchema>['searches'][number];

/** Writes what searches have found so far. @throws UserError (storage) */
export async function writeSearches(
  folder: string,
  searches: readonly SearchRecord[],
): Promise<void> {
  const whole = { format: 'prep-lab search', version: 1, searches };
  await updateFile(join(folder, fileName), () => [`${JSON.stringify(whole, null, 2)}\n`]);
}

/** Reads what a folder's searches have found; none where there is no such file. @throws UserError (storage) */
export async function readSearches(folder: string): Promise<readonly SearchRecord[]> {
  return (await readOwnJson(join(folder, fileName), searchFileSchema))?.searches ?? [];
}
