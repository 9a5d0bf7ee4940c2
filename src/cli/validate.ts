import { Command } from 'commander';
import { createStrictError, printWarnings } from './print-warnings.js';
import {
  createJsonOption,
  createPluginOption,
  createStrictOption,
  printJson,
  readCatalogue,
} from './shared-options.js';

const example = `
Example:
  $ prep-lab validate experiments/*.json
  $ prep-lab validate mine.json --plugin ./my-stages.mjs`;

interface ValidateFlags {
  readonly plugin: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Returns the command that checks experiment files without training. */
export function createValidateCommand(): Command {
  return new Command('validate')
    .summary('check experiment files')
    .description(
      'Check experiment files and their sweeps without training: all problems of all files at once, and a warning for each stage that receives other values than it is made for.',
    )
    .argument('<files...>', 'experiment files (JSON or YAML)')
    .addOption(createPluginOption())
    .addOption(createStrictOption('a warning'))
    .addOption(createJsonOption())
    .addHelpText('after', example)
    .action(runValidate);
}

async function runValidate(
  files: readonly string[],
  { plugin, strict, json }: ValidateFlags,
): Promise<void> {
  const { readExperimentFiles } = await import('../experiment/read-experiment.js');
  const { describeExperiments, renderExperiments } = await import('./render-experiments.js');
  const catalogue = await readCatalogue(plugin);
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const progress = createTerminalProgress(process.stderr);
  const read = await readExperimentFiles(files, { catalogue, progress });
  const variants = read.flatMap((file) => file.variants);
  const warnings = await printWarnings(
    variants.map(({ experiment }) => experiment),
    catalogue,
  );
  if (json) printJson(describeExperiments(read, { catalogue, warnings }));
  else process.stdout.write(renderExperiments(read, catalogue));
  if (strict && warnings.length > 0) throw createStrictError(warnings.length);
}
