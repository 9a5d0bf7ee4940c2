import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type SectionName, sectionNames } from './measurement.js';

export interface BenchFlags {
  readonly only: readonly SectionName[];
  readonly rounds?: number;
  readonly quick?: boolean;
  readonly threads: number;
  readonly device: 'cpu' | 'gpu';
  readonly python?: string;
  readonly data?: string;
  readonly out?: string;
}

const help = `
A full run writes bench/results.md and bench/results.json; a quick one only prints, unless --out is given.
Peers are installed with pip into the cache folder; one that cannot be had is left out with the reason.

Examples:
  $ npm run bench                                    everything, about nine minutes on two cores
  $ npm run bench -- --only steps,epoch --rounds 5
  $ npm run bench -- --quick                         shows that everything works`;

/** Returns the benchmark's command line. */
export function createBenchCommand(run: (flags: BenchFlags) => Promise<void>): Command {
  return new Command('npm run bench --')
    .description('Measure prep-lab beside TensorFlow.js, Keras and PyTorch on this machine.')
    .addOption(
      new Option('--only <sections>', `measure these: ${sectionNames.join(',')}`)
        .argParser(parseSections)
        .default([...sectionNames], 'all'),
    )
    .option('--rounds <n>', 'rounds of every section, in place of its own number', parseCount)
    .option('--quick', 'tiny sizes and one round')
    .option('--threads <n>', 'CPU threads of every side', parseCount, availableParallelism())
    .addOption(
      new Option('--device <device>', 'where all sides compute')
        .choices(['cpu', 'gpu'])
        .default('cpu'),
    )
    .option('--python <program>', 'a Python that has the peers; nothing is installed')
    .option('--data <folder>', 'take the six CIFAR-10 files from this folder')
    .option('--out <folder>', 'write results.md and results.json here')
    .addHelpText('after', help)
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .action(run);
}

function parseSections(text: string): SectionName[] {
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !sectionNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`expected some of ${sectionNames.join(',')}.`);
  }
  return sectionNames.filter((name) => wanted.includes(name));
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1000) {
    throw new InvalidArgumentError('expected a whole number from 1 on.');
  }
  return count;
}
