import { Command, InvalidArgumentError, Option } from 'commander';
import type { DeviceRequest } from '../engine/install/device.js';
import type { Precision } from '../engine/start.js';
import type { Overrides } from '../experiment/override.js';
import { exitCodes, UserError } from '../user-error.js';
import { createDeviceOption } from './device-option.js';
import { createPluginOption, readCatalogue } from './plugin-option.js';
import { printWarnings } from './print-warnings.js';

const example = `
Examples:
  $ prep-lab run experiments/*.json --quick          all experiments on few images, in minutes
  $ prep-lab run experiments/minmax.json             one experiment as published
  $ prep-lab run mine.json --limit 5000 --epochs 3   fewer images and epochs
  $ prep-lab run mine.json --seed 0,1,2              three trials of one experiment`;

interface RunFlags {
  readonly quick?: boolean;
  readonly epochs?: number;
  readonly limit?: { readonly train: number; readonly test: number };
  readonly seed?: readonly number[];
  readonly out: string;
  readonly data?: string;
  readonly device: DeviceRequest;
  readonly threads?: number;
  readonly precision: Precision;
  readonly eager?: boolean;
  readonly verbose?: boolean;
  readonly plugin: readonly string[];
}

/** Returns the command that trains experiments and writes the accuracy table. */
export function createRunCommand(): Command {
  return new Command('run')
    .summary('train experiments and print the accuracy table')
    .description(
      'Train every experiment on CIFAR-10 and print the accuracy table. TensorFlow and the data are fetched at first use. Results are written after each trial.',
    )
    .argument('<files...>', 'experiment files (JSON)')
    .option('--quick', '2,000 training and 1,000 test images, at most 5 epochs')
    .option('--epochs <n>', 'train this many epochs', parseCount)
    .option('--limit <train[,test]>', 'use at most this many training and test images', parseLimit)
    .option('--seed <n[,n...]>', 'use these seeds in place of the files’', parseSeeds)
    .option('--out <folder>', 'write results.json, table.md and a folder a trial here', 'results')
    .option('--data <folder>', 'take the six CIFAR-10 files from this folder')
    .addOption(createDeviceOption())
    .option('--threads <n>', 'CPU threads; results repeat only with the same number', parseCount)
    .addOption(createPrecisionOption())
    .option('--eager', 'run op by op in place of one graph a step: slower, for debugging')
    .option('--verbose', "let TensorFlow's own log through")
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runRun);
}

async function runRun(files: readonly string[], flags: RunFlags): Promise<void> {
  const { readExperiments } = await import('../experiment/read-experiment.js');
  const catalogue = await readCatalogue(flags.plugin);
  const experiments = await readExperiments(files, catalogue);
  await printWarnings(experiments, catalogue);

  const { planTrials } = await import('../runner/trial.js');
  const { readConditions } = await import('../runner/plan/conditions.js');
  const execution = flags.eager ? 'eager' : 'graph';
  const conditions = await readConditions({ ...flags, execution });
  const trials = planTrials(experiments, overridesOf(flags), { catalogue, conditions });
  const { openResultsFolder } = await import('../runner/results-folder.js');
  const folder = await openResultsFolder(flags.out);

  const { runTrials } = await import('../runner/run-experiments.js');
  const { renderMarkdownTable } = await import('../report/markdown-table.js');
  const { renderTable } = await import('../report/table.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { createTrialDisplay } = await import('./trial-display.js');
  const display = createTrialDisplay(process.stderr);
  const results = await runTrials(trials, {
    catalogue,
    dataFolder: flags.data,
    device: flags.device,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    precision: flags.precision,
    execution,
    verbose: flags.verbose ?? false,
    progress: createTerminalProgress(process.stderr),
    reporter: {
      ...display,
      async trialEnded(result, results) {
        display.trialEnded(result);
        await folder.write(result, { results, table: renderMarkdownTable(results) });
      },
    },
  });
  const { columns } = process.stdout;
  process.stdout.write(renderTable(results, columns ? { columns } : {}));
  process.stderr.write(`Results are in "${flags.out}".\n`);
  const failed = results.trials.filter(({ status }) => status === 'failed').length;
  if (failed > 0) throw failedTrials(failed, results.trials.length);
}

function createPrecisionOption(): Option {
  const description = 'bfloat16: rounded products on CPUs made for it; faster by 3 % at most';
  return new Option('--precision <precision>', description)
    .choices(['float32', 'bfloat16'])
    .default('float32');
}

function failedTrials(failed: number, all: number): UserError {
  return new UserError(`${failed} of ${all} trials failed.`, {
    hint: 'the table and results.json say why.',
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

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1_000_000) {
    throw new InvalidArgumentError('expected a whole number from 1 on.');
  }
  return count;
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
