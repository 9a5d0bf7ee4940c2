import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { mulberry32 } from '../mulberry32.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, startRedis } from './redis-server.js';
import { hasSlurm, startSlurmCluster } from './slurm-cluster.js';
import { plugin, readTable, writeStudy } from './study.js';

/** Fewer show the same on a slow machine. */
const trials = Number(process.env.PREP_LAB_SCALE_TRIALS ?? 200);

const quickLeases = { PREP_LAB_LEASE_SECONDS: '4' };

/** Waits until 2 to 7 more trials are done, whatever time that takes: the next to die is in the midst of one. */
function createPauses(running: Run, seed: number): () => Promise<void> {
  const draw = mulberry32(seed);
  let done = 0;
  return async () => {
    done += 2 + Math.floor(6 * draw());
    await running.printed(new RegExp(`(?:test accuracy[^]*?){${done}}`));
    await sleep(2000 * draw());
  };
}

async function expectSameTable(folder: string, study: readonly string[]): Promise<void> {
  await run({ folder, parameters: [...study, '--jobs', '1', '--out', 'alone'] });
  expect(await readTable(join(folder, 'results'))).toBe(await readTable(join(folder, 'alone')));
}

/** Does so again and again until the run ends. */
async function meanwhile(running: Run, disturb: () => Promise<void>): Promise<void> {
  let hasEnded = false;
  const ended = running.ended.then(() => {
    hasEnded = true;
  });
  // Whoever waits for more trials than there are is told so by an error.
  while (!hasEnded) await Promise.race([disturb().catch(() => ended), ended]);
}

describe.skipIf(!hasRedis)('With Redis', () => {
  test(`${trials} trials on three workers that die at random, and a Redis that is started anew`, async () => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const study = writeStudy(folder, { trials, seconds: 0.2 });
    const environment = { ...quickLeases, PREP_LAB_REDIS_PASSWORD: redis.password };
    const place = ['--redis', redis.url];
    const parameters = ['worker', ...place, '--device', 'cpu', '--plugin', plugin];
    const startWorker = () => startRun({ folder, parameters, environment });
    const running = startRun({
      folder,
      parameters: [...study, '--launcher', 'bullmq', ...place],
      environment,
    });
    const kill = async (seed: number) => {
      const pause = createPauses(running, seed);
      let worker = startWorker();
      await meanwhile(running, async () => {
        await pause();
        worker.signalAll('SIGKILL');
        worker = startWorker();
      });
      worker.signalAll('SIGKILL');
    };
    const restart = async () => {
      await running.printed(`(trial ${Math.ceil(trials / 3)} of`);
      await redis.stop();
      await sleep(3000);
      await redis.start();
    };
    await Promise.all([kill(1), kill(2), kill(3), restart()]);
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(stderr).toContain('its worker is gone; another gets it.');
    await expectSameTable(folder, study);
  });
});

describe.skipIf(!hasSlurm)('With Slurm', () => {
  test(`${trials} trials on three nodes that fail at random`, async () => {
    const folder = await temporaryFolder();
    const nodes = ['node1', 'node2', 'node3'];
    const cluster = await startSlurmCluster({ folder, nodes });
    const study = writeStudy(folder, { trials, seconds: 0.2 });
    const running = startRun({
      folder,
      parameters: [...study, '--launcher', 'slurm', '--slurm', 'poll=2', '--slurm', 'chunk=5'],
      environment: { ...cluster.environment, ...quickLeases },
    });
    const fail = async (name: string, seed: number) => {
      const pause = createPauses(running, seed);
      await meanwhile(running, async () => {
        await pause();
        cluster.killNode(name);
        await cluster.startNode(name);
        await hasten(cluster.ask);
      });
    };
    await Promise.all(nodes.map((name, index) => fail(name, index)));
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    await expectSameTable(folder, study);
  });
});

/** Slurm lets tasks that lost their node wait for two minutes. */
async function hasten(ask: (...words: [string, ...string[]]) => Promise<string>): Promise<void> {
  const queue = await ask('squeue', '--noheader', '--array', '--format=%F_%K %r');
  for (const line of queue.split('\n').filter((one) => one.includes('BeginTime'))) {
    const [name = ''] = line.split(' ');
    await ask('scontrol', 'update', `jobid=${name}`, 'starttime=now').catch(() => {});
  }
}
