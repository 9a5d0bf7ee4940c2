import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ServerSetting } from '../runner/serve-job.js';
import type { Trial } from '../runner/trial.js';
import type { TrialEnd } from '../runner/trial-process/start-trial-process.js';
import { exitCodes, UserError } from '../user-error.js';
import {
  createProjectOption,
  createRedisOption,
  localLauncher,
  type TaskFlags,
} from './launcher-options.js';
import { printNote } from './print-note.js';
import { parseJobs } from './runner-options.js';
import { createDeviceOption, createPluginOption, readCatalogue } from './shared-options.js';
import { stopOnSignals } from './stop-on-signals.js';

const help = `
With --redis it trains what runs with --launcher bullmq put there, until Ctrl-C. Tasks of Slurm are started by the run.

Examples:
  $ prep-lab worker --redis redis://machine-1:6379             on each machine that is to train
  $ prep-lab worker --chunk results/slurm/1/chunks/0.json      what task 0 of a Slurm job does`;

interface WorkerFlags {
  readonly chunk?: string;
  readonly stdin?: boolean;
  readonly redis?: string;
  readonly project: string;
  readonly checkpoints?: string;
  readonly plugin: readonly string[];
  readonly jobs: number;
  readonly device: 'auto' | 'cpu' | 'gpu';
  readonly data?: string;
  readonly verbose?: boolean;
}

/** Returns the command that trains what a run on another machine hands out. */
export function createWorkerCommand(): Command {
  return new Command('worker')
    .summary('train what runs on other machines hand out')
    .description(
      'Train trials that runs on other machines hand out; those store the results and write the table (docs/scale.md).',
    )
    .addOption(createRedisOption())
    .addOption(createProjectOption())
    .option(
      '--checkpoints <folder>',
      'keep checkpoints here, such as in a folder that workers share',
    )
    .addOption(createPluginOption())
    .option('--jobs <n>', 'trials side by side: on the CPU, or on each GPU', parseJobs, 1)
    .addOption(createDeviceOption())
    .option('--data <folder>', 'take the six CIFAR-10 files from this folder')
    .option('--verbose', "let TensorFlow's own log through")
    .addOption(
      new Option('--chunk <file>', 'train the trials of one task of Slurm, and end').conflicts(
        'redis',
      ),
    )
    .addOption(
      new Option(
        '--stdin',
        'train the trial of the first line of stdin, and end: for launchers of plug-ins',
      ).conflicts(['redis', 'chunk']),
    )
    .addHelpText('after', help)
    .action(runWorker);
}

async function runWorker(flags: WorkerFlags): Promise<void> {
  if (flags.chunk !== undefined) return trainChunk(flags.chunk);
  if (flags.stdin) return serveStdin(flags);
  if (flags.redis !== undefined) return serve(flags, flags.redis);
  throw new UserError('A worker must be told where its trials come from.', {
    hint: 'add --redis redis://host:6379, as the run has it.',
  });
}

async function serve(flags: WorkerFlags, redis: string): Promise<void> {
  const { serveTrials } = await import('../runner/launchers/bullmq/serve-trials.js');
  const { readRedisPlace } = await import('../runner/launchers/bullmq/redis-place.js');
  const { renderCountOf } = await import('../text/quantities.js');
  const { project } = flags;
  await withServer(flags, async (setting, begin) =>
    serveTrials({
      ...setting,
      place: { redis: await readRedisPlace(redis), project },
      reporter: {
        ...setting.reporter,
        ready(slotCount) {
          begin();
          printNote(
            `Ready for ${renderCountOf(slotCount, 'trial')} at a time in project "${project}".`,
          );
        },
        note: printNote,
      },
    }),
  );
}

async function serveStdin(flags: WorkerFlags): Promise<void> {
  const { serveLine } = await import('../runner/launchers/command/serve-line.js');
  const { stdin: input, stdout } = process;
  try {
    await withServer(flags, (setting, begin) => {
      begin();
      return serveLine(setting, { input, write: (text) => void stdout.write(text) });
    });
  } finally {
    // Its run may keep it open.
    input.destroy();
  }
}

/** Has trials served until they are, or until a signal comes. */
async function withServer(
  flags: WorkerFlags,
  run: (setting: ServerSetting, begin: () => void) => Promise<void>,
): Promise<void> {
  const { openTrialStore } = await import('../runner/store/trial-store.js');
  const { requireGpu, resolveDevice } = await import('../engine/device.js');
  const { renderTrialName } = await import('../report/rows.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { project, plugin, jobs, data, verbose = false } = flags;
  if (flags.device === 'gpu') await requireGpu();
  const stop = stopOnSignals(() =>
    printNote('Stopping after this step, with a checkpoint. Once more to leave at once.'),
  );
  try {
    const setting: ServerSetting = {
      device: await resolveDevice(flags.device),
      catalogue: await readCatalogue(plugin),
      plugins: plugin.map((file) => resolve(file)),
      jobs,
      dataFolder: data,
      verbose,
      freshProcesses: false,
      store: await openTrialStore(flags.checkpoints ?? (await usualCheckpoints(project))),
      progress: createTerminalProgress(process.stderr),
      stop: stop.aborted,
      reporter: {
        started: (trial) => printNote(`${renderTrialName(trial)} ...`),
        ended: (trial, end) => printNote(`${renderTrialName(trial)}: ${renderEnd(end)}`),
      },
    };
    await run(setting, () => stop.begin());
  } finally {
    stop.dispose();
  }
  process.exitCode = stop.exitCode() ?? exitCodes.done;
}

/** Checkpoints of a worker that is started anew on the same machine are there again. */
async function usualCheckpoints(project: string): Promise<string> {
  const { cacheFolder } = await import('../storage/cache-folder.js');
  return resolve(cacheFolder(), 'workers', project);
}

function renderEnd(end: TrialEnd): string {
  if (end.type === 'interrupted' || end.type === 'paused') return end.type;
  const failure = end.type === 'died' ? end : end.result.status === 'failed' && end.result;
  return failure ? `failed. ${failure.reason}` : 'done';
}

async function trainChunk(file: string): Promise<void> {
  const { readChunk } = await import('../runner/launchers/slurm/chunk.js');
  const { readConditions } = await import('../runner/plan/conditions.js');
  const { receiveTrial } = await import('../runner/handed-trial.js');
  const { trainPlan } = await import('./train-plan.js');
  const { flags: sent, out, trials: handed, ...request } = await readChunk(file);
  const flags = { ...(sent as unknown as TaskFlags), ...localLauncher, out, wait: true };
  const catalogue = await readCatalogue(flags.plugin);
  const conditions = await readConditions(request);
  const context = { catalogue, conditions };
  const plan: Trial[] = [];
  for (const trial of handed) plan.push(await receiveTrial(trial, context));
  const { results } = await trainPlan(plan, { flags, catalogue, conditions, summary: 'left' });
  const failed = results.trials.filter(({ status }) => status === 'failed').length;
  if (failed === 0) return;
  throw new UserError(`${failed} of ${plan.length} trials failed.`, {
    hint: "the run's table says why.",
    exitCode: exitCodes.trialFailed,
  });
}
