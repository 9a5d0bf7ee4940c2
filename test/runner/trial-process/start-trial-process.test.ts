import { afterEach, expect, test } from 'vitest';
import type { TrialOrder } from '../../../src/runner/trial-process/messages.js';
import { createTrialProcesses } from '../../../src/runner/trial-process/start-trial-process.js';

const { execPath } = process;

afterEach(() => {
  process.execPath = execPath;
});

test('A process that the system does not give ends the run with the reason', async () => {
  process.execPath = '/nowhere/node';
  const { ended } = createTrialProcesses().start({
    order: { verbose: false } as TrialOrder,
    stallSeconds: 600,
    onNote() {},
    onProgress() {},
    onEpoch() {},
    onResumed() {},
  });
  await expect(ended).rejects.toMatchObject({
    message: 'A process for a trial cannot be started: spawn /nowhere/node ENOENT.',
    exitCode: 6,
  });
});
