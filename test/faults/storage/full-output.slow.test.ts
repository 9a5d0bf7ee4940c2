import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { programFile } from '../../cli/run-program.js';
import { expectTidy, readOutcome } from '../outcome.js';
import { referenceOf } from '../reference.js';
import type { Scenario } from '../scenario.js';
import { run } from '../start-run.js';
import { createSeeds } from './partial-trials.js';

/** Runs a scenario with a full disk behind one of its streams; returns its exit code and what it says on stderr. */
async function runInto(stream: 'stdout' | 'stderr', { folder, parameters }: Scenario) {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [programFile, ...parameters], {
    cwd: folder,
    stdio: ['ignore', stream === 'stdout' ? full : 'ignore', stream === 'stderr' ? full : 'pipe'],
  });
  closeSync(full);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return [code, said];
}

test.skipIf(process.platform !== 'linux')(
  'a full disk behind stdout is told by exit code 5 and costs no result',
  async () => {
    const scenario = await createSeeds(1);
    expect(await runInto('stdout', scenario)).toEqual([
      5,
      expect.stringContaining('The output" cannot be written: the disk is full (ENOSPC).'),
    ]);
    expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
    await expectTidy(scenario.out);
  },
);

test.skipIf(process.platform !== 'linux')(
  'a full disk behind the log is told by exit code 5, and the next run comes to the same end',
  async () => {
    const scenario = await createSeeds(1);
    expect(await runInto('stderr', scenario)).toEqual([5, '']);
    expect((await run(scenario)).end).toBe(0);
    expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
    await expectTidy(scenario.out);
  },
);
