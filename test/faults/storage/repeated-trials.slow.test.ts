import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { preloadOption } from '../fault.js';
import { readOutcome } from '../outcome.js';
import { run } from '../start-run.js';
import type { Change } from './disk.js';
import { createSeeds } from './partial-trials.js';

/** Runs three seeds. Returns the SHA-256 of the weights, moments and counters after the last epoch, by seed. */
async function hashWeights() {
  const { folder, parameters, out, log } = await createSeeds(3);
  const environment = {
    NODE_OPTIONS: preloadOption('journal.mjs'),
    JOURNAL: log,
    JOURNAL_FOLDER: out,
  };
  expect((await run({ folder, parameters, environment })).end).toBe(0);
  const hashes = new Map<string, string>();
  for (const line of (await readFile(log, 'utf8')).trimEnd().split('\n')) {
    const change: Change = JSON.parse(line);
    const [, seed] =
      /-seed(\d)-.*epoch-000003-step-000000.*\/tensors\.bin$/.exec(change.path) ?? [];
    if (change.do !== 'sync' || !seed) continue;
    hashes.set(
      seed,
      createHash('sha256')
        .update(change.content ?? '')
        .digest('hex'),
    );
  }
  return { hashes, outcome: await readOutcome(out) };
}

test('on the CPU, seeds 0, 1 and 2 give the same weights in new processes, and three different ones', async () => {
  const first = await hashWeights();
  expect([...first.hashes.keys()]).toEqual(['0', '1', '2']);
  expect(new Set(first.hashes.values()).size).toBe(3);
  expect(await hashWeights()).toEqual(first);
});
