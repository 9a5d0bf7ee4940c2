import { expect, test } from 'vitest';
import { type RunEnd, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, startRedis } from './redis-server.js';
import { hasSlurm, startSlurmCluster } from './slurm-cluster.js';
import { plugin, writeStudy } from './study.js';

/** Long beside what a process of a trial computes until it sleeps. */
const sleepSeconds = 60;

const trialsPerWorker = 2;

/** Trains with so many workers, and returns how the run ended. */
type Train = (workers: number) => Promise<RunEnd>;

/** Expects that four workers do more than twice of what one does, and prints what the table in docs/scale.md says. */
async function expectGrowth(engine: string, train: Train): Promise<void> {
  const rates: number[] = [];
  for (const workers of [1, 2, 4]) {
    const { end, stderr, seconds } = await train(workers);
    expect({ end, stderr }).toMatchObject({ end: 0 });
    const rate = (60 * trialsPerWorker * workers) / seconds;
    const share = (trialsPerWorker * sleepSeconds) / seconds;
    rates.push(rate);
    process.stderr.write(
      `| ${engine} | ${workers} | ${rate.toFixed(2)} | ${(100 * share).toFixed(0)} % |\n`,
    );
  }
  expect((rates.at(-1) ?? 0) / (rates[0] ?? 0)).toBeGreaterThan(2);
}

/** Writes a study of as many sleeping trials as so many workers get, and returns what a run of it takes. */
function writeSleepingStudy(folder: string, workers: number): string[] {
  return writeStudy(folder, { trials: trialsPerWorker * workers, seconds: sleepSeconds });
}

test.skipIf(!hasRedis)('Throughput grows with the workers on Redis', async () => {
  await expectGrowth('Redis', async (workers) => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const environment = { PREP_LAB_REDIS_PASSWORD: redis.password };
    const place = ['--redis', redis.url];
    const parameters = ['worker', ...place, '--device', 'cpu', '--plugin', plugin];
    const started = Array.from({ length: workers }, () =>
      startRun({ folder, parameters, environment }),
    );
    for (const worker of started) await worker.printed('Ready for 1 trial at a time');
    const study = writeSleepingStudy(folder, workers);
    const onRedis = [...study, '--launcher', 'bullmq', ...place];
    const end = await startRun({ folder, parameters: onRedis, environment }).ended;
    for (const worker of started) worker.signal('SIGTERM');
    for (const worker of started) await worker.ended;
    return end;
  });
});

test.skipIf(!hasSlurm)('Throughput grows with the tasks at once on Slurm', async () => {
  await expectGrowth('Slurm', async (workers) => {
    const folder = await temporaryFolder();
    const nodes = ['node1', 'node2', 'node3', 'node4'].slice(0, workers);
    const { environment } = await startSlurmCluster({ folder, nodes });
    const tasks = [
      '--slurm',
      'poll=1',
      '--slurm',
      'exclusive',
      '--slurm',
      `chunk=${trialsPerWorker}`,
    ];
    const parameters = [...writeSleepingStudy(folder, workers), '--launcher', 'slurm', ...tasks];
    return startRun({ folder, parameters, environment }).ended;
  });
});
