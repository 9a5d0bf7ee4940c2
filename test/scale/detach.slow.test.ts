import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, startRedis } from './redis-server.js';
import { plugin, readTable, writeStudy } from './study.js';

const countResults = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'results', 'results.json'), 'utf8')).trials.length;

describe.skipIf(!hasRedis)('With Redis', () => {
  test('a run that was left is found again by the same command, also while workers train', async () => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const study = writeStudy(folder, { trials: 3, seconds: 3 });
    const start = (parameters: readonly string[]) =>
      startRun({
        folder,
        parameters: [...parameters, '--redis', redis.url],
        environment: { PREP_LAB_REDIS_PASSWORD: redis.password, PREP_LAB_LEASE_SECONDS: '4' },
      });
    const again = [...study, '--launcher', 'bullmq'];
    const left = await start([...again, '--detach']).ended;
    expect(left).toMatchObject({ end: 0, stdout: '' });
    expect(left.stderr).toContain('Left 3 trials to workers on Redis.');
    expect(countResults(folder)).toBe(0);
    const worker = start(['worker', '--device', 'cpu', '--plugin', plugin]);
    await worker.printed(/: done/);
    const taken = await start([...again, '--detach']).ended;
    expect(taken.end).toBe(0);
    expect(countResults(folder)).toBeGreaterThan(0);
    const followed = await start(again).ended;
    expect(followed).toMatchObject({ end: 0 });
    await run({ folder, parameters: [...study, '--out', 'alone'] });
    const [together, alone] = ['results', 'alone'].map((name) => readTable(join(folder, name)));
    expect(await together).toBe(await alone);
    worker.signalAll('SIGKILL');
  });
});
