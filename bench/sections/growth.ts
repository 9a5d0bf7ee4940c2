import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import { projectFile } from '../project-file.js';
import { runCommand } from '../run-command.js';
import { sideEnvironment } from '../run-side.js';
import { cliCommand } from '../side-command.js';

/** How long whole runs of the program take as there is more to do. */
export const growth: Section = {
  name: 'growth',
  async measure(context) {
    const jobs = [...imageJobs(context), ...experimentJobs(context), ...parallelJobs(context)];
    await alternate(jobs, { ...context, rounds: context.sizes.rounds.growth });
  },
};

/** Experiments of one net and one price, so that only their number differs. */
const files = ['minmax', 'raw', 'zscore', 'photometric-fixed'] as const;

interface CliRun {
  readonly files: readonly string[];
  readonly seeds: string;
  readonly trainLimit: number;
  readonly threads: number;
}

function imageJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  return context.sizes.growth.imageCounts.map((count) => ({
    section: 'growth',
    case: 'training images, one epoch',
    side: String(count),
    run: () => timeRuns([{ files: ['minmax'], seeds: '0', trainLimit: count, threads }], context),
  }));
}

function experimentJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  const { experimentCounts, imagesAnExperiment: trainLimit } = context.sizes.growth;
  return experimentCounts.map((count) => ({
    section: 'growth',
    case: `experiments of ${trainLimit} images, one epoch each`,
    side: String(count),
    run: () =>
      timeRuns([{ files: files.slice(0, count), seeds: '0', trainLimit, threads }], context),
  }));
}

function parallelJobs(context: BenchContext): Job[] {
  const { threads } = context.settings;
  const trainLimit = context.sizes.growth.imagesATrial;
  const half = Math.max(1, Math.floor(threads / 2));
  const one = { files: ['minmax'], trainLimit };
  const place = { section: 'growth', case: `two trials of ${trainLimit} images, one epoch each` };
  return [
    {
      ...place,
      section: 'growth',
      side: `one after the other, ${threads} threads`,
      run: () => timeRuns([{ ...one, seeds: '0,1', threads }], context),
    },
    {
      ...place,
      section: 'growth',
      side: `side by side, ${half} ${half === 1 ? 'thread' : 'threads'} each`,
      run: () =>
        timeRuns(
          [
            { ...one, seeds: '0', threads: half },
            { ...one, seeds: '1', threads: half },
          ],
          context,
        ),
    },
  ];
}

/** Starts runs at once and times until the last one has ended. */
async function timeRuns(runs: readonly CliRun[], context: BenchContext) {
  const folder = await mkdtemp(join(tmpdir(), 'prep-lab-bench-'));
  try {
    const started = performance.now();
    await Promise.all(
      runs.map((run, index) => timeRun(run, { context, out: join(folder, String(index)) })),
    );
    return [{ seconds: [(performance.now() - started) / 1000] }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function timeRun(
  run: CliRun,
  { context, out }: { readonly context: BenchContext; readonly out: string },
): Promise<unknown> {
  const { dataFolder, settings } = context;
  const command = cliCommand([
    'run',
    ...run.files.map((name) => projectFile(`experiments/${name}.json`)),
    ...['--epochs', '1', '--seed', run.seeds, '--limit', `${run.trainLimit},500`],
    ...['--threads', String(run.threads), '--device', settings.device],
    ...['--data', dataFolder, '--out', out],
  ]);
  const environment = sideEnvironment({ ...settings, threads: run.threads }, '');
  return runCommand(command, { environment });
}
