import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderCount } from '#prep-lab/text/quantities.js';
import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import { projectFile } from '../project-file.js';
import { runCommand } from '../run-command.js';
import { runSide, sideEnvironment } from '../run-side.js';
import { cliCommand, ourSide } from '../side-command.js';

/** How long whole runs of the program take as there is more to do. */
export const growth: Section = {
  name: 'growth',
  async measure(context) {
    const jobs = [
      ...planJobs(context),
      ...imageJobs(context),
      ...experimentJobs(context),
      ...parallelJobs(context),
    ];
    await alternate(jobs, { ...context, rounds: context.sizes.rounds.growth });
  },
};

/** Experiments of one net and one price, so that only their number differs. */
const files = ['minmax', 'raw', 'zscore', 'photometric-fixed'] as const;

interface CliRun {
  readonly files: readonly string[];
  readonly seeds: string;
  readonly trainLimit: number;
  /** Of each trial. */
  readonly threads: number;
  /** Trials side by side. */
  readonly jobs?: number;
}

/** What prep-lab itself takes for a trial, whose training takes no time. */
function planJobs(context: BenchContext): Job[] {
  return context.sizes.growth.trialCounts.map((trialCount) => ({
    section: 'growth',
    case: 'a trial of a large plan',
    side: `${renderCount(trialCount)} trials`,
    run: () =>
      withFolder((folder) =>
        runSide(ourSide('instant-trials', { trialCount, folder }), context.settings),
      ),
  }));
}

function imageJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  return context.sizes.growth.imageCounts.map((count) => ({
    section: 'growth',
    case: 'training images, one epoch',
    side: String(count),
    run: () => timeRun({ files: ['minmax'], seeds: '0', trainLimit: count, threads }, context),
  }));
}

function experimentJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  const { experimentCounts, imagesAnExperiment: trainLimit } = context.sizes.growth;
  return experimentCounts.map((count) => ({
    section: 'growth',
    case: `experiments of ${trainLimit} images, one epoch each`,
    side: String(count),
    run: () => timeRun({ files: files.slice(0, count), seeds: '0', trainLimit, threads }, context),
  }));
}

function parallelJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  const trainLimit = context.sizes.growth.imagesATrial;
  const half = Math.max(1, Math.floor(threads / 2));
  const two = { files: ['minmax'], seeds: '0,1', trainLimit };
  const place = {
    section: 'growth' as const,
    case: `two trials of ${trainLimit} images, one epoch each`,
  };
  return [
    {
      ...place,
      side: `one after the other, ${threads} threads`,
      run: () => timeRun({ ...two, threads }, context),
    },
    {
      ...place,
      side: `side by side, ${half} ${half === 1 ? 'thread' : 'threads'} each`,
      run: () => timeRun({ ...two, threads: half, jobs: 2 }, context),
    },
  ];
}

/** Times a run from its start to its end. */
function timeRun(run: CliRun, context: BenchContext) {
  return withFolder(async (out) => {
    const started = performance.now();
    await runProgram(run, { context, out });
    return [{ seconds: [(performance.now() - started) / 1000] }];
  });
}

/** Gives work a new folder, which is removed when it has ended. */
async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'prep-lab-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runProgram(
  run: CliRun,
  { context, out }: { readonly context: BenchContext; readonly out: string },
): Promise<unknown> {
  const { dataFolder, settings } = context;
  const command = cliCommand([
    'run',
    ...run.files.map((name) => projectFile(`experiments/${name}.json`)),
    ...['--epochs', '1', '--seed', run.seeds, '--limit', `${run.trainLimit},500`],
    ...['--threads', String(run.threads), '--device', settings.device],
    ...['--data', dataFolder, '--out', out, '--jobs', String(run.jobs ?? 1)],
  ]);
  const environment = sideEnvironment({ ...settings, threads: run.threads }, '');
  return runCommand(command, { environment });
}
