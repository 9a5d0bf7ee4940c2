import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { mulberry32 } from '../mulberry32.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, startRedis } from './redis-server.js';
import { hasSlurm, startSlurmCluster } from './slurm-cluster.js';
import { readTable, writeStudy } from './study.js';

/** 200 take 20 minutes where the machine has other work. */
const trials = Number(process.env.PREP_LAB_SCALE_TRIALS ?? 24);

const quickLeases = { PREP_LAB_LEASE_SECONDS: '4' };

/** Waits until some more trials are done, whatever time that takes: the next to die is in the midst of one. */
function createPauses(running: Run, seed: number): () => Promise<void> {
  const draw = mulberry32(seed);
  const most = Math.max(10, trials / 5);
  let done = 0;
  return async () => {
    done += 1 + Math.floor(most * draw());
    // With the colon it is in the line of a trial that is done, and in none of an epoch.
    await running.printed(countingPattern(': test accuracy', done));
    await sleep(1000 * draw());
  };
}

/** Matches a text that holds so many of these words. Each place is tried once: any other way takes years for a hundred. */
function countingPattern(words: string, count: number): RegExp {
  return new RegExp(`^(?:(?:(?!${words})[^])*${words}){${count}}`);
}

/** The end of a run during which so many workers or nodes were killed. */
interface Survived {
  readonly running: Run;
  readonly folder: string;
  readonly study: readonly string[];
  readonly kills: number;
}

/** Compares the table with that of one process, and tells how long both took. */
async function expectSameTable({ running, folder, study, kills }: Survived): Promise<void> {
  const { end, stderr, seconds } = await running.ended;
  expect({ end, stderr }).toMatchObject({ end: 0 });
  expect(kills).toBeGreaterThan(0);
  const alone = await run({ folder, parameters: [...study, '--jobs', '1', '--out', 'alone'] });
  expect(await readTable(join(folder, 'results'))).toBe(await readTable(join(folder, 'alone')));
  process.stderr.write(
    `${trials} trials, ${kills} kills: ${Math.round(seconds)} s; alone: ${Math.round(alone.seconds)} s\n`,
  );
}

/** Does so again and again until the run ends. Returns how often. */
async function meanwhile(running: Run, disturb: () => Promise<void>): Promise<number> {
  let [hasEnded, count] = [false, 0];
  const ended = running.ended.then(() => {
    hasEnded = true;
  });
  for (;;) {
    // Whoever waits for more trials than there are is told so by an error.
    await Promise.race([disturb().catch(() => ended), ended]);
    if (hasEnded) return count;
    count++;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

describe.skipIf(!hasRedis)('With Redis', () => {
  test(`${trials} trials on three workers that die at random, and a Redis that is started anew`, async () => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const study = writeStudy(folder, { trials });
    const environment = { ...quickLeases, PREP_LAB_REDIS_PASSWORD: redis.password };
    const place = ['--redis', redis.url];
    const startWorker = () =>
      startRun({ folder, parameters: ['worker', ...place, '--device', 'cpu'], environment });
    const parameters = [...study, '--launcher', 'bullmq', ...place];
    const running = startRun({ folder, parameters, environment });
    const kill = async (seed: number) => {
      const pause = createPauses(running, seed);
      let worker = startWorker();
      return meanwhile(running, async () => {
        await pause();
        worker.signalAll('SIGKILL');
        worker = startWorker();
      });
    };
    const restart = async () => {
      await running.printed(`(trial ${Math.ceil(trials / 3)} of`);
      await redis.stop();
      await sleep(3000);
      await redis.start();
    };
    const [kills] = await Promise.all([Promise.all([1, 2, 3].map(kill)), restart()]);
    expect((await running.ended).stderr).toContain('its worker is gone; another gets it.');
    await expectSameTable({ running, folder, study, kills: sum(kills) });
  });
});

describe.skipIf(!hasSlurm)('With Slurm', () => {
  test(`${trials} trials on three nodes that fail at random`, async () => {
    const folder = await temporaryFolder();
    const nodes = ['node1', 'node2', 'node3'];
    const cluster = await startSlurmCluster({ folder, nodes });
    const study = writeStudy(folder, { trials });
    // A short task loses its node once or twice; after five times Slurm holds it.
    const tasks = ['poll=1', `chunk=${Math.min(4, Math.ceil(trials / 12))}`];
    const options = ['--launcher', 'slurm', ...tasks.flatMap((option) => ['--slurm', option])];
    const environment = { ...cluster.environment, ...quickLeases };
    const running = startRun({ folder, parameters: [...study, ...options], environment });
    const fail = (name: string, seed: number) => {
      const pause = createPauses(running, seed);
      return meanwhile(running, async () => {
        await pause();
        cluster.killNode(name);
        await cluster.startNode(name);
      });
    };
    const kills = await Promise.all(nodes.map(fail));
    await expectSameTable({ running, folder, study, kills: sum(kills) });
  });
});
