import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { silentProgress } from '../../src/progress.js';
import { openBullMq } from '../../src/runner/launchers/bullmq/bullmq.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import { silentReporter } from '../../src/runner/run-leased-trial.js';
import { runPlan } from '../../src/runner/run-plan.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import { planTrials, type Trial } from '../../src/runner/trial.js';
import { parseExperiment } from '../experiment/parse.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';

const conditions = plainConditions();

/** An experiment has at most 1,000 seeds. */
function makePlan(count: number): readonly Trial[] {
  const experiments = Array.from({ length: Math.ceil(count / 1000) }, (_, index) => {
    const seeds = Array.from(
      { length: Math.min(1000, count - 1000 * index) },
      (_seed, seed) => seed,
    );
    return { ...parseExperiment({ name: `e${index}`, training: { epochs: index + 1 } }), seeds };
  });
  return planTrials(experiments, {}, { conditions });
}

interface Simulated {
  readonly workers: number;
  readonly trials: number;
  /** Of a trial. */
  readonly seconds: number;
}

/**
 * Measured elsewhere: a process with TensorFlow and the images begins in a second (docs/performance.md), a message in a
 * machine room takes half a millisecond. Of a thousand trials one loses its worker; the time of leases is shortened.
 */
const delays = { startSeconds: 1, networkSeconds: 0.0005, lossShare: 0.001, silentSeconds: 4 };

async function startWorkers(redis: RedisServer, folder: string, simulated: Simulated) {
  const file = join(folder, 'result.json');
  await writeFile(file, JSON.stringify(storedTrial('done')));
  const program = fileURLToPath(new URL('./simulated-workers.mjs', import.meta.url));
  const port = new URL(redis.url).port;
  const asked = JSON.stringify({ ...simulated, ...delays });
  const parameters = [program, file, port, redis.password, asked];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
}

interface Measured {
  readonly trialsPerSecond: number;
  /** Of the run's process, for each trial: what it takes on a busy machine too. */
  readonly cpuMilliseconds: number;
  /** That the run's process has at its end. */
  readonly memoryMegabytes: number;
}

/** Runs a plan with the real planner, store, launcher and Redis. */
async function simulate(simulated: Simulated): Promise<Measured> {
  const folder = await temporaryFolder();
  const redis = await startRedis(folder);
  vi.stubEnv('PREP_LAB_REDIS_PASSWORD', redis.password);
  await startWorkers(redis, folder, simulated);
  const store = await openTrialStore(join(folder, 'results'));
  const plan = makePlan(simulated.trials);
  let started = 0;
  let ended = 0;
  let close: () => Promise<void> | void = () => {};
  const before = process.cpuUsage();
  const { left } = await runPlan(plan, {
    store,
    which: 'missing',
    checkpoints: 'required',
    whenInUse: 'wait',
    whenFailed: 'continue',
    stop: new AbortController().signal,
    reporter: {
      ...silentReporter,
      ended: () => {
        ended = performance.now();
      },
    },
    async prepare() {
      const launcher = await openBullMq({
        catalogue: shippedCatalogue(),
        plugins: [],
        conditions,
        datasets: [{ name: 'cifar10' }],
        keepWeights: false,
        jobs: 1,
        verbose: false,
        freshProcesses: true,
        stallSeconds: 600,
        showsMetrics: false,
        diagnostics: true,
        store,
        progress: silentProgress,
        observe: () => ({ onNote() {}, onProgress() {}, onEpoch() {}, onResumed() {} }),
        out: folder,
        program: [],
        taskFlags: {},
        slurm: [],
        launcherOptions: [],
        redis: redis.url,
        project: 'simulation',
        detach: false,
        note: () => {},
        askWhetherToCancel: async () => false,
      });
      started = performance.now();
      close = () => launcher.close?.();
      return launcher;
    },
  });
  expect(left).toBe(0);
  await close();
  const { user, system } = process.cpuUsage(before);
  return {
    trialsPerSecond: simulated.trials / ((ended - started) / 1000),
    cpuMilliseconds: (user + system) / 1000 / simulated.trials,
    memoryMegabytes: process.memoryUsage().rss / 2 ** 20,
  };
}

/** The last row takes minutes, ten with 100,000 trials on a machine at rest. */
const most = Number(process.env.PREP_LAB_SIMULATED_TRIALS ?? 10_000);

const sizes = [
  [1, 10],
  [4, 40],
  [16, 160],
  [64, 640],
  [256, 2560],
  [1000, most],
] as const;

describe.skipIf(!hasRedis)('Simulated workers', () => {
  test('One run keeps many workers busy', async () => {
    for (const [workers, trials] of sizes) {
      const measured = await simulate({ workers, trials, seconds: 1 });
      const { trialsPerSecond: rate, cpuMilliseconds, memoryMegabytes } = measured;
      const cells = [
        workers.toLocaleString('en-US'),
        trials.toLocaleString('en-US'),
        rate.toFixed(1),
        `${((100 * rate) / workers).toFixed(0)} %`,
        `${cpuMilliseconds.toFixed(1)} ms`,
        `${memoryMegabytes.toFixed(0)} MB`,
      ];
      process.stderr.write(`| ${cells.join(' | ')} |\n`);
    }
  });
});
