import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderStanding, requireSameRace } from '../../src/cli/race.js';
import { race } from '../experiment/race.js';
import { experiment, resultsOf, seedsOf } from '../report/results.js';
import { temporaryFolder } from '../temporary-folder.js';

test('A race goes on in its folder, but not under other rules', async () => {
  const folder = await temporaryFolder();
  await requireSameRace(race, folder);
  const trials = seedsOf('zscore', [0.7, 0.71]).map((trial) => ({
    ...trial,
    experiment: experiment({ name: 'zscore', race }),
  }));
  await writeFile(join(folder, 'results.json'), JSON.stringify(resultsOf(...trials)));
  await requireSameRace({ ...race }, folder);
  await expect(requireSameRace({ ...race, maxSeeds: 12 }, folder)).rejects.toMatchObject({
    message: `"${folder}" holds a race with maxSeeds 6; going on with maxSeeds 12 would raise more false alarms than alpha says.`,
    hint: 'go on with the race as it was, or begin a new one with another --out.',
    exitCode: 2,
  });
});

test('A standing names who ended, after how many seeds, and who goes on', () => {
  expect(
    renderStanding({
      wanted: new Set(),
      racers: [
        { name: 'zscore', verdict: 'better', seedCount: 4 },
        { name: 'same', verdict: 'within margin', seedCount: 5 },
        { name: 'raw', verdict: 'racing', seedCount: 5 },
      ],
    }),
  ).toBe(
    'Race after 5 seeds: zscore is better (4); same is within the margin (5); raw still in the race.',
  );
});
