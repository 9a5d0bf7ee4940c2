import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { mountSmallDisk } from '../../engine/install/small-disk.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { faultEnvironment, readCalls } from '../fault.js';
import { expectTidy, listFiles, readCheckpoints, readOutcome } from '../outcome.js';
import { referenceOf } from '../reference.js';
import type { Scenario } from '../scenario.js';
import { type Run, run, startRun } from '../start-run.js';
import { createSeeds } from './partial-trials.js';

const command = promisify(execFile);

/** Starts a run and returns when its trial's process is about to write its third checkpoint: there it is stopped. */
async function runToThirdCheckpoint({ folder, parameters, log }: Scenario, out: string) {
  const fault = { process: 'child', action: 'stop', names: ['open'], call: 9 } as const;
  const environment = faultEnvironment(fault, { folder: out, log });
  const stopped = startRun({ folder, parameters, environment });
  const isStopped = async () =>
    expect((await readCalls(log)).some(({ isFault }) => isFault)).toBe(true);
  await vi.waitFor(isStopped, { timeout: 120_000, interval: 20 });
  return stopped;
}

function continueTrial(stopped: Run): void {
  for (const pid of stopped.trialProcesses()) process.kill(pid, 'SIGCONT');
}

/** Writes a file until there is no room. */
async function fillDisk(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
      const bytes = Buffer.alloc(size);
      while (
        await file.writeFile(bytes).then(
          () => true,
          () => false,
        )
      ) {}
    }
  } finally {
    await file.close();
  }
}

test('a disk that fills up ends the run with 5, and with room it goes on to the same end', async ({
  skip,
}) => {
  const disk = await mountSmallDisk(join(await temporaryFolder(), 'disk'), 24);
  if (disk === undefined) return skip('mounting a small disk is not allowed here');
  const scenario = await createSeeds(1);
  const out = join(disk, 'results');
  const full = scenario.with('--out', out);
  const stopped = await runToThirdCheckpoint(full, out);
  await fillDisk(join(disk, 'other'));
  continueTrial(stopped);
  const { end, stderr } = await stopped.ended;
  expect([end, stderr]).toEqual([
    5,
    expect.stringMatching(
      /epoch-000003-step-000000" cannot be written: the disk is full \(ENOSPC\); [\d,]+ bytes were needed\.\nHint: free some space/,
    ),
  ]);
  expect(await readCheckpoints(out)).toHaveLength(2);
  expect((await listFiles(out)).filter((path) => path.includes('.tmp'))).toEqual([]);

  const before = await listFiles(out);
  const again = await run(full);
  expect([again.end, again.stderr]).toEqual([
    5,
    expect.stringMatching(/ENOSPC|no room for results/),
  ]);
  expect(again.stderr).not.toContain('trial 1 of 1');
  expect(await listFiles(out)).toEqual(before);

  await rm(join(disk, 'other'));
  const last = await run(full);
  expect([last.end, last.stderr]).toEqual([
    0,
    expect.stringContaining('continues from its checkpoint after epoch 2'),
  ]);
  expect(await readOutcome(out)).toEqual(await referenceOf(scenario));
  await expectTidy(out);
});

test('a limit on the size of files (RLIMIT_FSIZE) ends the run with 5, and without it the run goes on', async ({
  skip,
}) => {
  if (process.platform !== 'linux') return skip('prlimit is of Linux');
  const scenario = await createSeeds(1);
  const { out } = scenario;
  const stopped = await runToThirdCheckpoint(scenario, out);
  for (const pid of stopped.trialProcesses())
    await command('prlimit', [`--pid=${pid}`, '--fsize=1000:1000']);
  continueTrial(stopped);
  const { end, stderr } = await stopped.ended;
  expect([end, stderr]).toEqual([5, expect.stringContaining('(EFBIG)')]);
  expect(await readCheckpoints(out)).toHaveLength(2);
  expect((await run(scenario)).end).toBe(0);
  expect(await readOutcome(out)).toEqual(await referenceOf(scenario));
  await expectTidy(out);
});
