import { Command } from 'commander';
import { printWarnings } from './print-warnings.js';
import { createPluginOption, readCatalogue } from './shared-options.js';

const example = `
Example:
  $ prep-lab validate experiments/*.json
  $ prep-lab validate mine.json --plugin ./my-stages.mjs`;

/** Returns the command that checks experiment files without training. */
export function createValidateCommand(): Command {
  return new Command('validate')
    .summary('check experiment files')
    .description(
      'Check experiment files and their sweeps without training: all problems of all files at once, and a warning for each stage that receives other values than it is made for.',
    )
    .argument('<files...>', 'experiment files (JSON or YAML)')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runValidate);
}

async function runValidate(
  files: readonly string[],
  { plugin }: { readonly plugin: readonly string[] },
): Promise<void> {
  const { readExperimentFiles } = await import('../experiment/read-experiment.js');
  const { renderExperiments } = await import('./render-experiments.js');
  const catalogue = await readCatalogue(plugin);
  const read = await readExperimentFiles(files, { catalogue });
  const variants = read.flatMap((file) => file.variants);
  await printWarnings(
    variants.map(({ experiment }) => experiment),
    catalogue,
  );
  process.stdout.write(renderExperiments(read, catalogue));
}
