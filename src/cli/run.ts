import { Command, InvalidArgumentError } from 'commander';
import type { Overrides } from '../experiment/override.js';
import type { Conditions } from '../runner/plan/conditions.js';
import type { Results } from '../runner/result.js';
import { exitCodes, UserError } from '../user-error.js';
import { addComputeOptions, type ComputeFlags } from './compute-options.js';
import { addExportOptions, type ExportFlags, openExports } from './export-options.js';
import { parseCount } from './parse-count.js';
import { createPluginOption, readCatalogue } from './plugin-option.js';
import { printWarnings } from './print-warnings.js';
import { addRunnerOptions, type RunnerFlags } from './runner-options.js';

const example = `
Examples:
  $ prep-lab run experiments/*.json --quick           all experiments on few images, in minutes
  $ prep-lab run experiments/minmax.json              one experiment as published
  $ prep-lab run mine.json --limit 5000 --epochs 3    fewer images and epochs
  $ prep-lab run mine.json --seed 0,1,2               three trials of one experiment

An interrupted run goes on where it was when the same command is given again.`;

interface RunFlags extends ComputeFlags, RunnerFlags, ExportFlags {
  readonly quick?: boolean;
  readonly epochs?: number;
  readonly limit?: { readonly train: number; readonly test: number };
  readonly seed?: readonly number[];
  readonly control?: string;
  readonly plugin: readonly string[];
}

/** Returns the command that trains experiments and writes the accuracy table. */
export function createRunCommand(): Command {
  const command = new Command('run')
    .summary('train experiments and print the accuracy table')
    .description(
      'Train every experiment on CIFAR-10 and print the accuracy table. TensorFlow and the data are fetched at first use. Results are stored after each trial and checkpoints after each epoch; what is done already is not trained again.',
    )
    .argument('<files...>', 'experiment files (JSON)')
    .option('--quick', '2,000 training and 1,000 test images, at most 5 epochs')
    .option('--epochs <n>', 'train this many epochs', parseCount)
    .option('--limit <train[,test]>', 'use at most this many training and test images', parseLimit)
    .option('--seed <n[,n...]>', 'use these seeds in place of the files’', parseSeeds);
  addRunnerOptions(command);
  command.option('--control <experiment>', 'show differences from this experiment');
  addComputeOptions(command);
  addExportOptions(command);
  return command.addOption(createPluginOption()).addHelpText('after', example).action(runRun);
}

async function runRun(files: readonly string[], flags: RunFlags): Promise<void> {
  const catalogue = await readCatalogue(flags.plugin);
  const { readExperiments } = await import('../experiment/read-experiment.js');
  const experiments = await readExperiments(files, catalogue);
  await printWarnings(experiments, catalogue);

  const { planTrials } = await import('../runner/trial.js');
  const conditions = await readRunConditions(flags);
  const plan = planTrials(experiments, overridesOf(flags), { catalogue, conditions });

  const { requireControl } = await import('../comparison/control.js');
  requireControl(plan, flags.control);
  const exports = await openExports(flags);
  const { trainPlan } = await import('./train-plan.js');
  const results = await trainPlan(plan, { flags, catalogue, conditions });
  const { control } = flags;
  await exports.write(results, { ...(control !== undefined && { control }) });
  if (!exports.usesStdout) await printTable(results, control);
  process.stderr.write(`Results are in "${flags.out}".\n`);
  const failed = results.trials.filter(({ status }) => status === 'failed').length;
  if (failed > 0) throw failedTrials(failed, results.trials.length);
}

async function printTable(results: Results, control: string | undefined): Promise<void> {
  const { renderTable } = await import('../report/table.js');
  const { columns } = process.stdout;
  process.stdout.write(renderTable(results, { control, ...(columns && { columns }) }));
}

/** A trial's share of the threads is part of what it is computed with, so it must be known before the plan. */
async function readRunConditions(flags: RunFlags): Promise<Conditions> {
  const { requireGpu } = await import('../engine/install/device.js');
  if (flags.device === 'gpu') await requireGpu();
  const { readConditions } = await import('../runner/plan/conditions.js');
  const { shareThreads } = await import('../runner/slots.js');
  return readConditions({
    device: flags.device,
    threads: flags.threads ?? shareThreads(flags.jobs),
    precision: flags.precision,
    execution: flags.eager ? 'eager' : 'graph',
  });
}

function failedTrials(failed: number, all: number): UserError {
  return new UserError(`${failed} of ${all} trials failed.`, {
    hint: 'the table and results.json say why; "--retry-failed" trains them once more.',
    exitCode: exitCodes.trialFailed,
  });
}

function overridesOf({ quick, epochs, limit, seed }: RunFlags): Overrides {
  return {
    ...(quick && { quick }),
    ...(epochs !== undefined && { epochs }),
    ...(limit && { limit }),
    ...(seed && { seeds: seed }),
  };
}

/** CIFAR-10 has 10,000 test images; one number limits both sets. */
function parseLimit(text: string): { readonly train: number; readonly test: number } {
  const [train, test, ...more] = text.split(',').map(parseCount);
  if (train === undefined || more.length > 0) {
    throw new InvalidArgumentError('expected one number, or two with a comma: 5000,1000.');
  }
  return { train, test: Math.min(test ?? train, 10_000) };
}

function parseSeeds(text: string): readonly number[] {
  const seeds = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  const isUsable = seeds.every((seed) => seed <= 2 ** 31 - 1);
  if (!isUsable || new Set(seeds).size < seeds.length) {
    throw new InvalidArgumentError('expected different whole numbers with commas: 0,1,2.');
  }
  return seeds;
}
