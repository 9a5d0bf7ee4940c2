import { Command } from 'commander';
import { createPluginOption, readCatalogue } from './plugin-option.js';
import { printWarnings } from './print-warnings.js';

const example = `
Example:
  $ prep-lab validate experiments/*.json
  $ prep-lab validate mine.json --plugin ./my-stages.mjs`;

/** Returns the command that checks experiment files without training. */
export function createValidateCommand(): Command {
  return new Command('validate')
    .summary('check experiment files')
    .description(
      'Check experiment files without training: all problems of all files at once, and a warning for each stage that receives other values than it is made for.',
    )
    .argument('<files...>', 'experiment files (JSON)')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runValidate);
}

async function runValidate(
  files: readonly string[],
  { plugin }: { readonly plugin: readonly string[] },
): Promise<void> {
  const { readExperiments } = await import('../experiment/read-experiment.js');
  const { renderExperiments } = await import('./render-experiments.js');
  const catalogue = await readCatalogue(plugin);
  const experiments = await readExperiments(files, catalogue);
  await printWarnings(experiments, catalogue);
  process.stdout.write(renderExperiments(experiments, catalogue));
}
